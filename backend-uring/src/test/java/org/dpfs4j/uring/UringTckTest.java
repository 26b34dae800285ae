package org.dpfs4j.uring;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.dpfs4j.fs.Backend;
import org.dpfs4j.io.IoMode;
import org.dpfs4j.tck.FileSystemTck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The rules of every backend, on every {@link Ground} that makes a difference. */
class UringTckTest {
    @Nested
    class OnDisk extends Tck {
        OnDisk() {
            super(Ground.DISK);
        }
    }

    @Nested
    class InMemory extends Tck {
        InMemory() {
            super(Ground.MEMORY);
        }
    }

    @Nested
    class OnDiskWithoutIoUring extends Tck {
        OnDiskWithoutIoUring() {
            super(Ground.DISK_WITHOUT_IO_URING);
        }
    }

    @Nested
    class Remotely extends Tck {
        Remotely() {
            super(Ground.REMOTE);
        }
    }

    abstract static class Tck extends FileSystemTck {
        private final Ground ground;
        private Path root;

        Tck(Ground ground) {
            this.ground = ground;
        }

        @Override
        protected IoMode ioMode() {
            return ground.mode();
        }

        @Override
        protected Backend backend(Path scratch) throws IOException {
            root = ground.folder();
            return ground.backend(root, Ground.Settings.access(Map.of("xattr", true)));
        }

        @AfterEach
        void delete() throws IOException {
            Ground.delete(root);
        }
    }
}
