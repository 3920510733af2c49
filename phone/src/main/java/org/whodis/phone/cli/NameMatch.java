package org.whodis.phone.cli;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.whodis.phone.Contact;

/** Finds whom somebody means: without regard to case, accents and the order of words; a beginning of each word is enough. */
final class NameMatch {
    private NameMatch() {}

    /** All who fit; those whose whole name it is hide those of whom it is a part. */
    static List<Contact> find(List<Contact> contacts, String wanted) {
        List<Contact> whole = new ArrayList<>();
        List<Contact> part = new ArrayList<>();
        List<String> words = words(wanted);
        for (Contact contact : contacts) {
            List<String> name = words(contact.name());
            if (name.equals(words)) {
                whole.add(contact);
            } else if (!words.isEmpty() && fits(words, words(contact.name() + " " + contact.title()))) {
                part.add(contact);
            } else if (idFits(contact, wanted)) {
                part.add(contact);
            }
        }
        return whole.isEmpty() ? part : whole;
    }

    private static boolean fits(List<String> wanted, List<String> name) {
        return wanted.stream().allMatch(word -> name.stream().anyMatch(each -> each.startsWith(word)));
    }

    /** Eight digits of the id, as the command line shows them, tell people of one name apart. */
    private static boolean idFits(Contact contact, String wanted) {
        String id = wanted.toLowerCase(Locale.ROOT).strip();
        return id.length() >= 8 && contact.principal().value().hex().startsWith(id);
    }

    private static List<String> words(String text) {
        String plain = Normalizer.normalize(text, Normalizer.Form.NFKD)
                .replaceAll("\\p{M}+", "")
                .toLowerCase(Locale.ROOT);
        List<String> out = new ArrayList<>();
        for (String word : plain.split("[^\\p{L}\\p{N}]+")) {
            if (!word.isEmpty()) {
                out.add(word);
            }
        }
        return out;
    }
}
