package org.whodis.core.call;

import static org.whodis.core.identity.People.DAY;
import static org.whodis.core.identity.People.NOW;

import org.whodis.core.crypto.Primitives;
import org.whodis.core.identity.People;
import org.whodis.core.identity.People.Person;

/** The people whom the tests of calls share, since keys take time to make. */
final class Cast {
    static final People PEOPLE = new People(2017);
    static final Person ANNA = PEOPLE.person("Anna", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY);
    static final Person BERT = PEOPLE.person("Bert", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY);
    static final Person CARL = PEOPLE.person("Carl", NOW - 10 * DAY);
    static final Person OTHER_ANNA = PEOPLE.person("Anna", NOW - DAY);

    private final People people;
    final Person anna;
    final Person bert;
    final Person carl;

    /** The same people again, under other primitives. */
    Cast(Primitives primitives) {
        people = new People(primitives, 2017);
        anna = people.person("Anna", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY);
        bert = people.person("Bert", NOW - 10 * DAY).addDevice(0, NOW - 9 * DAY);
        carl = people.person("Carl", NOW - 10 * DAY);
    }

    People people() {
        return people;
    }
}
