package dev.exposure.intake.scan;

/**
 * Passes over the values of an event that nobody reads. Most of them, such as the names of the agent and its host, are
 * the same as in the record before, and comparing takes a fraction of the time of scanning. It keeps the last event. An
 * instance belongs to one thread.
 */
public final class UnreadValues {

    /** How many values of an event are remembered. */
    private static final int PLACES = 32;

    private final int[] from = new int[PLACES];
    private final int[] to = new int[PLACES];
    private byte[] event = new byte[0];
    private byte[] eventBefore = event;
    private int passed;
    private int passedBefore;

    /** Starts with the next event. */
    public void start(byte[] bytes) {
        eventBefore = event;
        passedBefore = passed;
        event = bytes;
        passed = 0;
    }

    /** Passes over the value that begins at the scanner's index, in the event's object. */
    public void pass(JsonScanner scanner) {
        int start = scanner.at();
        if ((isSame(scanner) || scanner.skip(1)) && passed < PLACES) {
            from[passed] = start;
            to[passed] = scanner.at();
            passed++;
        }
    }

    private boolean isSame(JsonScanner scanner) {
        return passed < passedBefore
                && endsItself(eventBefore[from[passed]])
                && scanner.jump(eventBefore, from[passed], to[passed]);
    }

    // A number may continue with another digit, so equal bytes are not enough.
    private static boolean endsItself(int first) {
        return first == '{' || first == '"' || first == '[';
    }
}
