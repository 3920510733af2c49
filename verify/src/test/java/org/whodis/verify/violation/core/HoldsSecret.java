package org.whodis.verify.violation.core;

import org.whodis.verify.violation.core.crypto.Secret;

record HoldsSecret(Secret secret) {}
