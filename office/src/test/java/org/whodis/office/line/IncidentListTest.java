package org.whodis.office.line;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.whodis.core.identity.OfficeDomain;
import org.whodis.core.identity.PrincipalId;
import org.whodis.core.line.LineHolder;
import org.whodis.core.line.LineId;
import org.whodis.core.line.LineIncident;
import org.whodis.core.line.LineIncident.Kind;
import org.whodis.core.wire.Bytes;

class IncidentListTest {
    private static final LineId LINE = new LineId(Bytes.of(new byte[LineId.LENGTH]));
    private static final int LIMIT = 32;
    private static final String MINISTRY = "ministry.example";
    private static final String HOSTILE = "hostile.example";

    @Test
    void theSameIdentityOverTheSameOfficeIsOneIncidentWithACount() {
        List<LineIncident> kept = kept(incident(1, MINISTRY, true, 10), incident(1, MINISTRY, true, 25));
        assertThat(kept).singleElement().satisfies(each -> {
            assertThat(each.count()).isEqualTo(2);
            assertThat(each.firstAt()).isEqualTo(10);
            assertThat(each.lastAt()).isEqualTo(25);
        });
    }

    @Test
    void identitiesMintedBeforeOrAfterDoNotBuryTheOneOfAnotherOffice() {
        for (int at : new int[] {0, 1, 31, 32, 500, 999}) {
            IncidentList list = new IncidentList(LIMIT, List.of());
            for (int i = 0; i < 1_000; i++) {
                if (i == at) {
                    list.add(incident(5_000, MINISTRY, true, i));
                }
                list.add(incident(i, HOSTILE, true, i));
            }
            assertThat(list.kept())
                    .as("tried behind %d minted ones", at)
                    .hasSize(LIMIT)
                    .contains(incident(5_000, MINISTRY, true, at));
        }
    }

    @Test
    void anotherOfficesIncidentIsKeptEvenIfItIsNotProvedAndTheOthersAre() {
        IncidentList list = new IncidentList(LIMIT, List.of());
        for (int i = 0; i < 100; i++) {
            list.add(incident(i, HOSTILE, true, i));
        }
        LineIncident unproved = incident(5_000, MINISTRY, false, 200);
        list.add(unproved);
        assertThat(list.kept()).contains(unproved);
    }

    @Test
    void ofOneOfficeTheFirstAreShownAndTheLastIsTheOneThatStandsForTheRest() {
        IncidentList list = new IncidentList(LIMIT, List.of());
        for (int i = 0; i < 1_000; i++) {
            list.add(incident(i, HOSTILE, true, i));
        }
        for (int i = 0; i < LIMIT - 1; i++) {
            assertThat(list.kept()).contains(incident(i, HOSTILE, true, i));
        }
        assertThat(list.kept())
                .filteredOn(each -> each.kind() == Kind.MANY)
                .singleElement()
                .satisfies(many -> {
                    assertThat(many.count()).isEqualTo(1_000 - (LIMIT - 1));
                    assertThat(many.claimed())
                            .isEqualTo(incident(999, HOSTILE, true, 0).claimed());
                    assertThat(many.firstAt()).isEqualTo(LIMIT - 1);
                    assertThat(many.lastAt()).isEqualTo(999);
                });
    }

    @Test
    void ofOneOfficeAProvedIdentityTakesThePlaceOfAClaimedOne() {
        IncidentList list = new IncidentList(LIMIT, List.of());
        for (int i = 0; i < 100; i++) {
            list.add(incident(i, MINISTRY, false, i));
        }
        LineIncident proved = incident(5_000, MINISTRY, true, 500);
        list.add(proved);
        assertThat(list.kept()).hasSize(LIMIT).contains(proved);
    }

    @Test
    void officesWithoutAPlaceAreCountedTogether() {
        IncidentList list = new IncidentList(LIMIT, List.of());
        for (int i = 0; i < 200; i++) {
            list.add(incident(i, "office" + i + ".example", true, i));
        }
        assertThat(list.kept()).hasSize(LIMIT);
        assertThat(list.kept()).contains(incident(0, "office0.example", true, 0));
        assertThat(list.kept())
                .filteredOn(each -> each.kind() == Kind.MANY_OFFICES)
                .singleElement()
                .satisfies(many -> {
                    assertThat(many.count()).isEqualTo(200 - (LIMIT - 1));
                    assertThat(many.fromOffice().value()).isEqualTo("office199.example");
                });
    }

    @Test
    void theSecondIncidentOfAnOfficeNeverCostsAnotherOneItsOnlyOne() {
        IncidentList list = new IncidentList(LIMIT, List.of());
        LineIncident only = incident(5_000, MINISTRY, false, 100);
        for (int i = 0; i < LIMIT - 1; i++) {
            list.add(incident(i, "office" + i + ".example", true, i));
        }
        list.add(only);
        for (int i = 0; i < LIMIT - 1; i++) {
            list.add(incident(1_000 + i, "office" + i + ".example", true, 200 + i));
            assertThat(list.kept()).as("after %d more", i + 1).hasSize(LIMIT).contains(only);
        }
    }

    @Test
    void whateverComesTheListIsBoundedCountsEveryAttemptAndHasNoTwoOfOneKindIdentityAndOffice() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        for (int world = 0; world < 200; world++) {
            int limit = 3 + random.nextInt(30);
            int offices = 1 + random.nextInt(40);
            int identities = 1 + random.nextInt(60);
            List<LineIncident> kept = List.of();
            Map<String, Long> ofOffice = new HashMap<>();
            long all = 0;
            for (int batch = 0; batch < 20; batch++) {
                IncidentList list = new IncidentList(limit, kept);
                for (int i = 0; i < 20; i++) {
                    String office = "office" + random.nextInt(offices) + ".example";
                    list.add(incident(random.nextInt(identities), office, random.nextBoolean(), batch * 20 + i));
                    ofOffice.merge(office, 1L, Long::sum);
                    all++;
                }
                kept = list.kept();
                assertThat(kept).as("seed %d, world %d", seed, world).hasSizeLessThanOrEqualTo(limit);
            }
            assertThat(kept.stream().mapToLong(LineIncident::count).sum())
                    .as("seed %d, world %d", seed, world)
                    .isEqualTo(all);
            assertThat(kept.stream().map(each -> List.of(each.kind(), each.claimed(), each.fromOffice())))
                    .as("seed %d, world %d", seed, world)
                    .doesNotHaveDuplicates();
            if (kept.stream().noneMatch(each -> each.kind() == Kind.MANY_OFFICES)) {
                Map<String, Long> counted = new HashMap<>();
                kept.forEach(each -> counted.merge(each.fromOffice().value(), each.count(), Long::sum));
                assertThat(counted).as("seed %d, world %d", seed, world).isEqualTo(ofOffice);
            }
        }
    }

    private static List<LineIncident> kept(LineIncident... incidents) {
        IncidentList list = new IncidentList(LIMIT, List.of());
        for (LineIncident each : incidents) {
            list.add(each);
        }
        return list.kept();
    }

    private static LineIncident incident(int identity, String office, boolean proved, long at) {
        byte[] id = new byte[32];
        id[0] = (byte) (identity >> 8);
        id[1] = (byte) identity;
        OfficeDomain domain = new OfficeDomain(office);
        return new LineIncident(
                LINE,
                proved ? Kind.ANOTHER_IDENTITY : Kind.NOT_PROVED,
                new LineHolder(new PrincipalId(Bytes.of(id)), domain),
                proved,
                proved ? "Somebody" : "",
                domain,
                at,
                at,
                1);
    }
}
