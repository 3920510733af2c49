package org.whodis.web.build;

import org.jspecify.annotations.Nullable;
import org.teavm.model.BasicBlock;
import org.teavm.model.ClassHolder;
import org.teavm.model.ClassHolderTransformer;
import org.teavm.model.ClassHolderTransformerContext;
import org.teavm.model.Instruction;
import org.teavm.model.MethodDescriptor;
import org.teavm.model.MethodHolder;
import org.teavm.model.Program;
import org.teavm.model.instructions.StringConstantInstruction;

/**
 * Takes the {@code toString} out of records where it gives {@code NAME[…]}, as the one does that the compiler writes: it names
 * every component, for logs that a browser does not keep. Texts of another form mean something (a domain's is the domain) and
 * stay.
 */
public final class WithoutGeneratedTexts implements ClassHolderTransformer {
    private static final MethodDescriptor TO_STRING = new MethodDescriptor("toString", String.class);

    @Override
    public void transformClass(ClassHolder cls, ClassHolderTransformerContext context) {
        MethodHolder toString = cls.getMethod(TO_STRING);
        if (toString != null && Record.class.getName().equals(cls.getParent())) {
            String name = cls.getName();
            String simple = name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
            if ((simple + "[").equals(firstText(toString.getProgram()))) {
                cls.removeMethod(toString);
            }
        }
    }

    /** TeaVM has put calls in the place of the compiler's {@code invokedynamic} by now. */
    private static @Nullable String firstText(@Nullable Program program) {
        if (program == null) {
            return null;
        }
        for (BasicBlock block : program.getBasicBlocks()) {
            for (Instruction instruction : block) {
                if (instruction instanceof StringConstantInstruction text) {
                    return text.getConstant();
                }
            }
        }
        return null;
    }
}
