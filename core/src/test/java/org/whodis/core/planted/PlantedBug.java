package org.whodis.core.planted;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Opcode;
import java.lang.classfile.TypeKind;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A mistake that somebody could have made in one method of the core, made in the bytes of its class. The classes themselves
 * stay as they are: {@link #loader} loads all of the core anew, this one with the mistake.
 */
final class PlantedBug {
    private final String className;
    private final String method;
    private final int which;
    private final Predicate<CodeElement> place;
    private final BiConsumer<CodeBuilder, CodeElement> mistake;

    private PlantedBug(
            String className,
            String method,
            int which,
            Predicate<CodeElement> place,
            BiConsumer<CodeBuilder, CodeElement> mistake) {
        this.className = "org.whodis.core." + className;
        this.method = method;
        this.which = which;
        this.place = place;
        this.mistake = mistake;
    }

    /** The {@code which}-th call of {@code callee} in a method is left out; what it would have given is false, 0 or null. */
    static PlantedBug without(String className, String method, String callee, int which) {
        return answering(className, method, callee, which, 0);
    }

    /** The {@code which}-th call of {@code callee} in a method is left out, and {@code answer} taken for what it gives. */
    static PlantedBug answering(String className, String method, String callee, int which, int answer) {
        return new PlantedBug(
                className,
                method,
                which,
                element ->
                        element instanceof InvokeInstruction call && call.name().equalsString(callee),
                (code, element) -> {
                    InvokeInstruction call = (InvokeInstruction) element;
                    for (ClassDesc parameter : call.typeSymbol().parameterList().reversed()) {
                        drop(code, parameter);
                    }
                    if (call.opcode() != Opcode.INVOKESTATIC) {
                        code.pop();
                    }
                    switch (TypeKind.from(call.typeSymbol().returnType()).asLoadable()) {
                        case INT -> code.loadConstant(answer);
                        case LONG -> code.loadConstant((long) answer);
                        case REFERENCE -> code.aconst_null();
                        case VOID -> {}
                        default -> throw new IllegalArgumentException("a call that gives " + call.typeSymbol());
                    }
                });
    }

    /** The {@code which}-th condition in a method is taken for its opposite. */
    static PlantedBug inverted(String className, String method, int which) {
        return new PlantedBug(
                className,
                method,
                which,
                element -> element instanceof BranchInstruction branch && OPPOSITE.containsKey(branch.opcode()),
                (code, element) -> {
                    BranchInstruction branch = (BranchInstruction) element;
                    code.with(BranchInstruction.of(OPPOSITE.get(branch.opcode()), branch.target()));
                });
    }

    /** A number in a method is another one. */
    static PlantedBug number(String className, String method, long from, long to) {
        return new PlantedBug(
                className,
                method,
                1,
                element -> element instanceof ConstantInstruction constant
                        && constant.constantValue() instanceof Number value
                        && value.longValue() == from,
                (code, element) -> {
                    if (((ConstantInstruction) element).constantValue() instanceof Long) {
                        code.loadConstant(to);
                    } else {
                        code.loadConstant((int) to);
                    }
                });
    }

    /** No mistake: {@code watcher}, of the type {@code void (Object)}, is told of each object of the class that is made. */
    static PlantedBug telling(String className, String watcherClass, String watcher) {
        return new PlantedBug(
                className, "<init>", 1, element -> element instanceof ReturnInstruction, (code, element) -> {
                    code.aload(0);
                    code.invokestatic(
                            ClassDesc.of("org.whodis.core." + watcherClass),
                            watcher,
                            MethodTypeDesc.of(ConstantDescs.CD_void, ConstantDescs.CD_Object));
                    code.with(element);
                });
    }

    private static final Map<Opcode, Opcode> OPPOSITE = new EnumMap<>(Opcode.class);

    static {
        opposites(Opcode.IFEQ, Opcode.IFNE);
        opposites(Opcode.IFLT, Opcode.IFGE);
        opposites(Opcode.IFGT, Opcode.IFLE);
        opposites(Opcode.IFNULL, Opcode.IFNONNULL);
        opposites(Opcode.IF_ICMPEQ, Opcode.IF_ICMPNE);
        opposites(Opcode.IF_ICMPLT, Opcode.IF_ICMPGE);
        opposites(Opcode.IF_ICMPGT, Opcode.IF_ICMPLE);
        opposites(Opcode.IF_ACMPEQ, Opcode.IF_ACMPNE);
    }

    private static void opposites(Opcode one, Opcode other) {
        OPPOSITE.put(one, other);
        OPPOSITE.put(other, one);
    }

    private static void drop(CodeBuilder code, ClassDesc type) {
        if (TypeKind.from(type).slotSize() == 2) {
            code.pop2();
        } else {
            code.pop();
        }
    }

    /** The core and its tests, once more, with this mistake in them. */
    ClassLoader loader() {
        return new Loader(this);
    }

    /** The core and its tests, once more, as they are. */
    static ClassLoader faithfulCopy() {
        return new Loader(null);
    }

    private byte[] plant(byte[] original) {
        AtomicInteger seen = new AtomicInteger();
        CodeTransform change = (code, element) -> {
            if (place.test(element) && seen.incrementAndGet() == which) {
                mistake.accept(code, element);
            } else {
                code.with(element);
            }
        };
        byte[] changed = ClassFile.of()
                .transformClass(
                        ClassFile.of().parse(original),
                        ClassTransform.transformingMethodBodies(
                                model -> model.methodName().equalsString(method), change));
        if (seen.get() < which) {
            throw new AssertionError("there is no place for the bug in " + className + "." + method);
        }
        return changed;
    }

    private static final class Loader extends ClassLoader {
        private final @Nullable PlantedBug bug;

        Loader(@Nullable PlantedBug bug) {
            super(PlantedBug.class.getClassLoader());
            this.bug = bug;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (!name.startsWith("org.whodis.core.")) {
                return super.loadClass(name, resolve);
            }
            synchronized (getClassLoadingLock(name)) {
                Class<?> known = findLoadedClass(name);
                return known != null ? known : define(name);
            }
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = in.readAllBytes();
                byte[] defined = bug != null && name.equals(bug.className) ? bug.plant(bytes) : bytes;
                return defineClass(name, defined, 0, defined.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }
}
