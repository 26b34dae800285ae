package org.dpfs4j.app.sandbox;

import java.util.TimeZone;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.io.Lanes;
import org.slf4j.LoggerFactory;

/**
 * What every start needs whatever it is asked to do, begun on threads beside the one that finds that out: together they take
 * more time than all else.
 */
public final class Preparation {
    /** Not lambdas: those that only the restricted process makes would be in no AOT cache. */
    private enum Part implements Runnable {
        /** Linking functions of the C library, and reading time zones, which the log and the next process want. */
        FUNCTIONS {
            @Override
            public void run() {
                new Kernel().close();
                TimeZone.getDefault();
            }
        },
        /** Netty's own libraries. */
        LIBRARIES {
            @Override
            public void run() {
                Lanes.loadLibraries(IoMode.AUTO);
            }
        };

        void begin() {
            Thread.ofPlatform().name("prepare-" + ordinal()).daemon().start(this);
        }
    }

    private Preparation() {}

    /** Begins; first of all, for the logging that every other class makes ready takes as long as the functions. */
    public static void begin() {
        Part.FUNCTIONS.begin();
        var stage = Stage.current();
        if (stage.isRestricted()) {
            System.setProperty("io.netty.native.workdir", stage.temporary().toString());
            // Netty names channels after the machine's network card, and warns where there is none.
            System.setProperty("io.netty.machineId", "00:00:00:00:00:01");
            // By one thread: SLF4J keeps what others log meanwhile for later, and warns.
            LoggerFactory.getILoggerFactory();
            Part.LIBRARIES.begin();
        }
    }
}
