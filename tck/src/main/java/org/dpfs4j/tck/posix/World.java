package org.dpfs4j.tck.posix;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A fresh directory in a place, and the processes that act in it: where one rule is played once. */
public final class World implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    private final Agent agent;
    private final String directory;
    private final List<String> transcript = new ArrayList<>();
    private final Map<String, Actor> actors = new HashMap<>();
    private final Actor main;

    /**
     * Makes the directory.
     *
     * @param base an absolute path in the place of the agent
     */
    World(Agent agent, String base) {
        this.agent = agent;
        directory = base + "/rule" + NUMBERS.incrementAndGet();
        main = new Actor("main", 0, agent, null);
        main.mkdir(directory, 0777).ok();
        main.call("chdir", directory).ok();
    }

    /** A process of that user, who belongs to these groups too; its umask is 0. */
    Actor actor(String name, int uid, int gid, int... groups) {
        return actors.computeIfAbsent(name, _ -> {
            var id = actors.size() + 1;
            agent.ask(id, "fork");
            var actor = new Actor(name, id, agent, transcript);
            if (uid != 0 || groups.length > 0) {
                actor.become(uid, gid, groups);
            }
            return actor;
        });
    }

    /** What was asked and answered, without what may differ between two places. */
    List<String> transcript() {
        return List.copyOf(transcript);
    }

    /** The absolute path of the directory. */
    String directory() {
        return directory;
    }

    @Override
    public void close() {
        actors.values().forEach(Actor::end);
        main.call("chdir", "/").ok();
        agent.ask(0, "clean " + Actor.word(directory));
    }
}
