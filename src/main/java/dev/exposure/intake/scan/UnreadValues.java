package dev.exposure.intake.scan;

/**
 * Passes over the values of an event that nobody reads. Most of them, as the names of the agent and its host, are the same
 * as in the record before, and to see that takes a fraction of the time of walking over them. It holds on to the last
 * event. An instance belongs to one thread.
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

    /** Passes over the value of the event's object at which the scanner stands. */
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

    // A number may go on with another digit, and then the parser would have to judge.
    private static boolean endsItself(int first) {
        return first == '{' || first == '"' || first == '[';
    }
}
