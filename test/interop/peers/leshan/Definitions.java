import java.util.ArrayList;
import java.util.List;
import org.eclipse.leshan.core.model.ObjectLoader;
import org.eclipse.leshan.core.model.ObjectModel;
import org.eclipse.leshan.core.model.ResourceModel;
import org.eclipse.leshan.core.model.ResourceModel.Operations;
import org.eclipse.leshan.core.model.ResourceModel.Type;

/** Object definitions that Leshan's jar does not bring: 3303 (Temperature) and 3442 (LwM2M v1.1 Test Object). */
final class Definitions {
    private Definitions() {}

    /** What a device of LwM2M 1.1 knows. */
    static List<ObjectModel> ofDevice() {
        return with(ObjectLoader.loadDefault());
    }

    /** Every version of every object, as a server has to know them. */
    static List<ObjectModel> ofServer() {
        return with(ObjectLoader.loadAllDefault());
    }

    private static List<ObjectModel> with(List<ObjectModel> models) {
        List<ObjectModel> all = new ArrayList<>(models);
        all.add(object(3303, "Temperature", "1.1",
            one(5700, Operations.R, Type.FLOAT),
            one(5601, Operations.R, Type.FLOAT),
            one(5602, Operations.R, Type.FLOAT),
            one(5603, Operations.R, Type.FLOAT),
            one(5604, Operations.R, Type.FLOAT),
            one(5701, Operations.R, Type.STRING),
            one(5605, Operations.E, Type.NONE),
            one(5750, Operations.RW, Type.STRING),
            one(5518, Operations.R, Type.TIME)));
        all.add(object(3442, "LwM2M v1.1 Test Object", "1.0",
            one(0, Operations.E, Type.NONE),
            one(1, Operations.E, Type.NONE),
            one(2, Operations.E, Type.NONE),
            one(3, Operations.E, Type.NONE),
            many(4, Operations.R, Type.STRING),
            one(110, Operations.RW, Type.STRING),
            one(120, Operations.RW, Type.INTEGER),
            one(125, Operations.RW, Type.UNSIGNED_INTEGER),
            one(130, Operations.RW, Type.FLOAT),
            one(140, Operations.RW, Type.BOOLEAN),
            one(150, Operations.RW, Type.OPAQUE),
            one(160, Operations.RW, Type.TIME),
            one(170, Operations.RW, Type.OBJLNK),
            many(1110, Operations.RW, Type.STRING),
            many(1120, Operations.RW, Type.INTEGER),
            many(1125, Operations.RW, Type.UNSIGNED_INTEGER),
            many(1130, Operations.RW, Type.FLOAT),
            many(1140, Operations.RW, Type.BOOLEAN),
            many(1150, Operations.RW, Type.OPAQUE),
            many(1160, Operations.RW, Type.TIME),
            many(1170, Operations.RW, Type.OBJLNK)));
        return all;
    }

    private static ObjectModel object(int id, String name, String version, ResourceModel... resources) {
        return new ObjectModel(id, name, "", version, true, false, resources);
    }

    private static ResourceModel one(int id, Operations operations, Type type) {
        return new ResourceModel(id, "Resource " + id, operations, false, false, type, "", "", "");
    }

    private static ResourceModel many(int id, Operations operations, Type type) {
        return new ResourceModel(id, "Resource " + id, operations, true, false, type, "", "", "");
    }
}
