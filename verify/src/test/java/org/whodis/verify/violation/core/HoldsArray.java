package org.whodis.verify.violation.core;

record HoldsArray(String name, byte[] bytes) {}
