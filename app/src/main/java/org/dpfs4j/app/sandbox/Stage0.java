package org.dpfs4j.app.sandbox;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.dpfs4j.config.Need;
import org.dpfs4j.io.Syscall;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens before the process serves. In Linux a thread has namespaces, capabilities and a Landlock domain of its own,
 * and a thread that executes a program replaces the whole process by it, with what this thread has. So one thread
 * restricts itself, step by step, and executes Java again: all threads of the next JVM are born restricted. Process
 * id, descriptors and command line stay the same. A thread that fails on the way is thrown away, and nothing has changed.
 */
final class Stage0 {
    private static final Logger LOG = LoggerFactory.getLogger(Stage0.class);
    private static final int CAP_SYS_ADMIN = 21;
    private static final int RLIMIT_NOFILE = 7;
    private static final long DESCRIPTORS = 1_000_000;
    private static final Path DESCRIPTORS_MOST = Path.of("/proc/sys/fs/nr_open");
    private static final Path UNSHARE = Path.of("/usr/bin/unshare");

    private final Isolation isolation;
    private final Program program;
    private final List<Place> places = new ArrayList<>();
    private final Set<Integer> descriptors = new HashSet<>();
    private final Set<Integer> ports = new HashSet<>();
    private boolean unrestricted;
    private boolean network;
    private boolean byHandle;
    private boolean hidden;
    private Path temporary;

    Stage0(Isolation isolation, List<Need> needs, Program program) throws IOException {
        this.isolation = isolation;
        this.program = program;
        places.addAll(program.places());
        needs.forEach(this::add);
    }

    private void add(Need need) {
        switch (need) {
            case Need.Tree(Path root, boolean readOnly, boolean handles) -> {
                places.add(new Place(root, readOnly ? Access.TREE_READ_ONLY : Access.TREE));
                byHandle |= handles;
            }
            case Need.SocketFolder(Path folder) -> places.add(new Place(folder, Access.SOCKETS));
            case Need.FileFolder(Path folder) -> places.add(new Place(folder, Access.FILES));
            case Need.Reading(Path path) -> places.add(new Place(path, Access.READ));
            case Need.Special(Path path) -> places.add(new Place(path, Access.SPECIAL));
            case Need.Descriptor(int number) -> descriptors.add(number);
            case Need.Listener(int port) -> ports.add(port);
            case Need.Network() -> network = true;
            case Need.Mounting(), Need.Library(var _) -> unrestricted = true;
        }
    }

    /** Restricts, as far as that is wanted, and executes; returns only by an exception. */
    void run(boolean inUserNamespace) throws NotIsolated {
        if (unrestricted || isolation.nothing()) {
            onThreadOfItsOwn(kernel -> program.toServe().execute(kernel, descriptors));
            return;
        }
        if (isolation.sandbox() == Isolation.Mode.NONE) {
            onThreadOfItsOwn(kernel -> restrict(kernel, false));
            return;
        }
        try {
            onThreadOfItsOwn(kernel -> restrict(kernel, true));
        } catch (NotPrivileged e) {
            if (isolation.sandbox() != Isolation.Mode.AUTO && !inUserNamespace) {
                onThreadOfItsOwn(this::executeInUserNamespace);
            }
            withoutNamespaces(e);
        } catch (NotIsolated e) {
            withoutNamespaces(e);
        }
    }

    private void withoutNamespaces(NotIsolated reason) throws NotIsolated {
        if (hidden || isolation.sandbox() != Isolation.Mode.AUTO) {
            throw reason;
        }
        LOG.warn("no mount and network namespaces: {}", reason.getMessage());
        onThreadOfItsOwn(kernel -> restrict(kernel, false));
    }

    /** Making namespaces is not this process's right. */
    private static final class NotPrivileged extends NotIsolated {
        private static final long serialVersionUID = 1L;

        NotPrivileged() {
            super("namespaces need CAP_SYS_ADMIN, which this process does not have");
        }
    }

    /** The steps. Each takes away what the next ones do not need. */
    private void restrict(Kernel kernel, boolean namespaces) throws NotIsolated, IOException {
        var privileges = new Privileges(kernel);
        var kept = Place.distinct(places);
        raiseDescriptorLimit(kernel);
        if (namespaces) {
            if (!privileges.has(CAP_SYS_ADMIN)) {
                throw new NotPrivileged();
            }
            hide(kernel, kept);
        } else {
            temporary = Files.createTempDirectory("dpfs4j-");
        }
        var layers = new ArrayList<String>();
        layers.add(namespaces ? "namespaces" : "no namespaces");
        var capabilities = privileges.drop(isolation.capabilities());
        layers.add("capabilities: " + none(CapabilityChange.names(capabilities)));
        layers.add(restrictPaths(kernel, byHandle && privileges.openByHandle(capabilities)));
        program.toServe().with(Stage.restricted(temporary, layers)).execute(kernel, descriptors);
    }

    private static String none(String names) {
        return names.isEmpty() ? "none" : names;
    }

    private void hide(Kernel kernel, List<Place> kept) throws NotIsolated {
        var root = new NewRoot(kernel, kept);
        root.enter(otherNamespaces(), Path.of("").toAbsolutePath());
        temporary = root.temporary();
        hidden = true;
    }

    private int otherNamespaces() {
        if (isolation.sandbox() == Isolation.Mode.CHROOT) {
            return 0;
        }
        return NewRoot.CLONE_NEWIPC | NewRoot.CLONE_NEWUTS | (network || !ports.isEmpty() ? 0 : NewRoot.CLONE_NEWNET);
    }

    /** By all places: what is inside a tree, such as Java, may have rights that the tree does not have. */
    private String restrictPaths(Kernel kernel, boolean handles) throws NotIsolated {
        if (isolation.landlock() == Isolation.Switch.OFF) {
            return "no Landlock";
        }
        var allowed = new ArrayList<>(places);
        allowed.add(new Place(Path.of("/proc"), Access.READ));
        allowed.add(new Place(temporary, Access.TREE));
        var landlock = new Landlock(kernel);
        try {
            landlock.restrict(allowed, handles, network ? null : ports);
            return "Landlock " + landlock.version() + (handles ? " without file contents" : "");
        } catch (NotIsolated e) {
            if (isolation.landlock() == Isolation.Switch.ON) {
                throw e;
            }
            LOG.warn("no Landlock: {}", e.getMessage());
            return "no Landlock";
        }
    }

    /** As far as this process may, unless a number was asked for. */
    private void raiseDescriptorLimit(Kernel kernel) throws NotIsolated, IOException {
        var asked = isolation.descriptorsMax();
        if (asked.isPresent() && asked.getAsInt() == 0) {
            return;
        }
        // By lines: the kernel gives such a number to a reader of single bytes, as readString is, as its first digit.
        var most =
                Long.parseLong(Files.readAllLines(DESCRIPTORS_MOST).getFirst().strip());
        var wanted = asked.isPresent() ? asked.getAsInt() : Math.min(DESCRIPTORS, most);
        var limit = kernel.memory(32);
        kernel.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, 0, limit.address());
        var hard = limit.getAtIndex(JAVA_LONG, 1);
        limit.setAtIndex(JAVA_LONG, 2, wanted);
        limit.setAtIndex(JAVA_LONG, 3, wanted);
        var result = kernel.call(Syscall.PRLIMIT64, 0, RLIMIT_NOFILE, limit.address() + 16, 0);
        if (asked.isPresent()) {
            Kernel.require("rlimit-nofile = " + wanted + ", where at most " + hard + " is allowed", result);
        }
    }

    private void executeInUserNamespace(Kernel kernel) throws NotIsolated {
        if (!Files.isExecutable(UNSHARE)) {
            throw new NotIsolated("namespaces need root, or " + UNSHARE + " for a user namespace");
        }
        program.startedBy(UNSHARE, "--user", "--map-root-user", "--")
                .with(Stage.IN_USER_NAMESPACE)
                .execute(kernel, descriptors);
    }

    /** What a thread does that is thrown away when it fails. */
    private interface Steps {
        void take(Kernel kernel) throws NotIsolated, IOException;
    }

    private static void onThreadOfItsOwn(Steps steps) throws NotIsolated {
        var failure = new AtomicReference<Throwable>();
        var thread = Thread.ofPlatform().name("stage-0").start(() -> {
            try (var kernel = new Kernel()) {
                steps.take(kernel);
            } catch (NotIsolated | IOException | RuntimeException | Error e) {
                failure.set(e);
            }
        });
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        switch (failure.get()) {
            case NotIsolated e -> throw e;
            case IOException e -> throw new NotIsolated("stage 0: " + e, e);
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> throw new NotIsolated("stage 0 was interrupted");
        }
    }
}
