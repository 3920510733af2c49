package org.whodis.verify.violation.core;

import java.util.List;
import java.util.stream.Collectors;

/** Breaks nothing, although the compiler refers to much on its behalf. */
record Switches(List<String> names) {
    private enum Kind {
        ONE,
        OTHER
    }

    private String join(Kind kind) {
        return switch (kind) {
            case ONE -> names.stream().map(name -> "<" + name + ">").collect(Collectors.joining());
            case OTHER -> "";
        };
    }

    static String all() {
        StringBuilder out = new StringBuilder();
        for (Kind kind : Kind.values()) {
            out.append(new Switches(List.of()).join(kind));
        }
        return out.toString();
    }
}
