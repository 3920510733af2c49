package org.whodis.verify.simulation;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * One bug, made in the compiled class of the program while it is loaded: nothing of it is in the program. A bug that finds
 * nothing to change is an error, so that no bug is left behind by a program that has moved on.
 *
 * @param name what is wrong, as a sentence
 * @param changes the classes that it changes and how
 */
record PlantedBug(String name, List<Change> changes) {
    /** @param className binary name, such as {@code org.whodis.office.call.CallRouter} */
    record Change(String className, Edit edit) {}

    /** Changes the elements of one method after another; counts what it changed. */
    interface Edit {
        ClassTransform of(AtomicInteger changed);
    }

    PlantedBug(String name, Change... changes) {
        this(name, List.of(changes));
    }

    boolean concerns(String className) {
        return changes.stream().anyMatch(change -> change.className().equals(className));
    }

    /** The class with the bug in it. */
    byte[] plant(String className, byte[] original, ClassLoader loader) {
        byte[] out = original;
        ClassFile classFile = ClassFile.of(ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(loader).orElse(ClassHierarchyResolver.defaultResolver())));
        for (Change change : changes) {
            if (change.className().equals(className)) {
                AtomicInteger changed = new AtomicInteger();
                ClassModel model = classFile.parse(out);
                out = classFile.transformClass(model, change.edit().of(changed));
                if (changed.get() == 0) {
                    throw new IllegalStateException("'" + name + "' finds nothing to change in " + className);
                }
            }
        }
        return out;
    }

    // How classes are changed -----------------------------------------------------------------------------------------

    /** A method whose code becomes {@code code}. */
    static Change body(String className, String method, Consumer<CodeBuilder> code) {
        return new Change(className, changed -> (builder, element) -> {
            if (element instanceof MethodModel found
                    && found.methodName().stringValue().startsWith(method)) {
                changed.incrementAndGet();
                builder.withMethodBody(
                        found.methodName(), found.methodType(), found.flags().flagsMask(), code);
            } else {
                builder.with(element);
            }
        });
    }

    /** A predicate that always says {@code answer}. */
    static Change always(String className, String method, boolean answer) {
        return body(className, method, code -> code.loadConstant(answer ? 1 : 0).ireturn());
    }

    /** Calls of {@code owner.called} inside {@code method} that become {@code instead}; the arguments are on the stack. */
    static Change call(String className, String method, String owner, String called, Consumer<CodeBuilder> instead) {
        return inside(
                className,
                method,
                element -> element instanceof InvokeInstruction invoke
                        && invoke.owner().asInternalName().endsWith("/" + owner)
                        && invoke.name().stringValue().equals(called),
                instead);
    }

    /** Writes to {@code field}, a long, inside {@code method} that do not happen. */
    static Change unwritten(String className, String method, String field) {
        return inside(
                className,
                method,
                element -> element instanceof FieldInstruction access
                        && access.opcode() == java.lang.classfile.Opcode.PUTFIELD
                        && access.name().stringValue().equals(field),
                code -> code.pop2().pop());
    }

    /** A text in any method of the class that reads otherwise. */
    static Change text(String className, String from, String to) {
        return new Change(
                className,
                changed -> ClassTransform.transformingMethodBodies((code, element) -> {
                    if (element instanceof ConstantInstruction constant
                            && constant.constantValue() instanceof String said
                            && said.contains(from)) {
                        changed.incrementAndGet();
                        code.loadConstant(said.replace(from, to));
                    } else {
                        code.with(element);
                    }
                }));
    }

    private static Change inside(
            String className, String method, Predicate<CodeElement> which, Consumer<CodeBuilder> instead) {
        return new Change(
                className,
                changed -> ClassTransform.transformingMethodBodies(
                        found -> found.methodName().stringValue().equals(method), (code, element) -> {
                            if (which.test(element)) {
                                changed.incrementAndGet();
                                instead.accept(code);
                            } else {
                                code.with(element);
                            }
                        }));
    }

    /** Takes the arguments of a call off the stack, the last one first. */
    static CodeBuilder drop(CodeBuilder code, int count) {
        for (int i = 0; i < count; i++) {
            code.pop();
        }
        return code;
    }

    static ClassDesc type(String name) {
        return ClassDesc.of(name);
    }

    static MethodTypeDesc method(String result, String... parameters) {
        List<ClassDesc> types = new ArrayList<>();
        Arrays.stream(parameters).map(PlantedBug::type).forEach(types::add);
        return MethodTypeDesc.of(result.isEmpty() ? java.lang.constant.ConstantDescs.CD_void : type(result), types);
    }
}
