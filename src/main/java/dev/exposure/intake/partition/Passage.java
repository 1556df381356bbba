package dev.exposure.intake.partition;

/**
 * A move of a partition's position, with what became of the offsets that it passes.
 *
 * @param from offset at which the partition's account begins, where it has none yet or a new one is to begin
 * @param isNewAccount whether a new account begins, because the offsets of the former one say nothing of this log any more:
 *     the topic was created again, or its log was cut below the position
 * @param to position after it
 * @param outcomes what became of the offsets that it passes
 */
public record Passage(long from, boolean isNewAccount, Position to, Outcomes outcomes) {

    /** Beginning of an account at this position. */
    public static Passage start(Position position) {
        return new Passage(position.nextOffset(), true, position, Outcomes.NONE);
    }
}
