package dev.exposure.intake.consumer;

/** Ends the process; an application that must not be ended provides its own bean of this type. */
@FunctionalInterface
public interface ProcessExit {

    /** Exit code of a process whose consumer was ended by an {@link Error}. */
    int CONSUMER_ERROR = 70;

    /** Ends the process in the background and returns at once; called by the thread that has failed. */
    void exit(int code);
}
