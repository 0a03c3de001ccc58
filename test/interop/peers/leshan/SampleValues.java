import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.leshan.core.node.ObjectLink;
import org.eclipse.leshan.core.util.datatype.ULong;

/** What the device holds when it starts; each readable multiple resource is there, if only as an empty one. */
final class SampleValues {
    private SampleValues() {}

    /** Device (3), running the version given. */
    static Map<Integer, Object> device(String version) {
        Map<Integer, Object> values = new LinkedHashMap<>();
        values.put(0, "Leshan libraries");
        values.put(1, "interop peer");
        values.put(2, "LESHAN-0001");
        values.put(3, version);
        values.put(6, Map.of(0, 1L, 1, 5L));
        values.put(7, Map.of(0, 3800L, 1, 5000L));
        values.put(8, Map.of(0, 125L, 1, 900L));
        values.put(9, 87L);
        values.put(10, 15L);
        values.put(11, Map.of(0, 0L));
        values.put(13, new Date(1_767_225_600_000L));
        values.put(14, "+01:00");
        values.put(15, "Europe/Berlin");
        values.put(16, "U");
        return values;
    }

    /** Temperature (3303). */
    static Map<Integer, Object> temperature() {
        Map<Integer, Object> values = new LinkedHashMap<>();
        values.put(5700, 21.5);
        values.put(5601, -4.25);
        values.put(5602, 38.0);
        values.put(5603, -40.0);
        values.put(5604, 125.0);
        values.put(5701, "Cel");
        values.put(5750, "boiler room");
        values.put(5518, new Date(1_767_225_600_000L));
        return values;
    }

    /** LwM2M v1.1 Test Object (3442): a value of every data type, single and multiple. */
    static Map<Integer, Object> everyType() {
        Map<Integer, Object> values = new LinkedHashMap<>();
        values.put(4, Map.of());
        values.put(110, "héllo wörld");
        values.put(120, -1234567890123L);
        values.put(125, ULong.valueOf("200"));
        values.put(130, 3.14159);
        values.put(140, true);
        values.put(150, new byte[] {0, 1, (byte) 0xfe, (byte) 0xff});
        values.put(160, new Date(1_767_225_600_000L));
        values.put(170, new ObjectLink(3303, 0));
        values.put(1110, Map.of(0, "zero", 7, "seven"));
        values.put(1120, Map.of(0, 1L, 1, -300L));
        values.put(1125, Map.of(0, ULong.valueOf("1")));
        values.put(1130, Map.of(0, 0.5, 300, -2.25));
        values.put(1140, Map.of(0, false, 1, true));
        values.put(1150, Map.of(0, new byte[] {1, 2, 3}));
        values.put(1160, Map.of(0, new Date(1_700_000_000_000L)));
        values.put(1170, Map.of(0, new ObjectLink(3, 0)));
        return values;
    }
}
