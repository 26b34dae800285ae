package org.dpfs4j.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A request on its way: its bytes cut into descriptors, and the room for the answer, cut too.
 *
 * @param bytes the request, right or wrong
 * @param cuts lengths of the pieces of {@code bytes}, in order; together as long; 0 is an empty descriptor
 * @param room lengths of the pieces of the reply's room
 * @param indirect whether the descriptors stand in a table of their own, where the transport knows that
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares parcels
public record Parcel(byte[] bytes, List<Integer> cuts, List<Integer> room, boolean indirect) {
    /** Room for every answer without data. */
    public static final int ROOM = 4096;

    /** In one piece, with room for an answer without data. */
    public static Parcel of(byte[] bytes) {
        return of(bytes, ROOM);
    }

    /** In one piece. */
    public static Parcel of(byte[] bytes, int room) {
        return new Parcel(bytes, List.of(bytes.length), room == 0 ? List.of() : List.of(room), false);
    }

    /** In two pieces. */
    public static Parcel inTwo(byte[] bytes, int first) {
        return new Parcel(bytes, List.of(first, bytes.length - first), List.of(ROOM), false);
    }

    /** In up to six pieces, empty ones among them. */
    public static Parcel shredded(byte[] bytes, int room, Random random) {
        return new Parcel(bytes, pieces(bytes.length, random), pieces(room, random), random.nextBoolean());
    }

    private static List<Integer> pieces(int length, Random random) {
        var pieces = new ArrayList<Integer>();
        var left = length;
        for (int i = random.nextInt(3); i > 0; i--) {
            var piece = random.nextInt(Math.min(left, random.nextBoolean() ? left : 48) + 1);
            pieces.add(piece);
            left -= piece;
        }
        pieces.add(left);
        return pieces;
    }

    /** Bytes of room in the reply. */
    public int roomBytes() {
        return room.stream().mapToInt(Integer::intValue).sum();
    }
}
