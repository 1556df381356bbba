package dev.exposure.intake.partition;

/**
 * A move of a partition's position, with what became of the offsets that it passes.
 *
 * @param from offset at which the partition's account begins, if it has none yet or a new one begins
 * @param isNewAccount whether a new account begins, because the former one's offsets do not apply to this log any more:
 *     the topic was created again, or its log was cut below the position
 * @param to position after the move
 * @param outcomes what became of the offsets that the move passes
 */
public record Passage(long from, boolean isNewAccount, Position to, Outcomes outcomes) {

    /** Beginning of an account at this position. */
    public static Passage start(Position position) {
        return new Passage(position.nextOffset(), true, position, Outcomes.NONE);
    }
}
