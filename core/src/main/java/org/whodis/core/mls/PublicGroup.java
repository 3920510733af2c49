package org.whodis.core.mls;

/** What everybody may know of a group in one epoch: no secret is in it. The tree is not to be changed, only copies of it. */
record PublicGroup(MlsCrypto crypto, GroupRules rules, GroupContext context, RatchetTree tree) {
    Validation validation() {
        return new Validation(crypto, rules);
    }
}
