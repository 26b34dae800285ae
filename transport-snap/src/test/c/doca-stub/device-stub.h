/* A device for provider/doca: the test's side of it. Misuse of what the stub declares ends the process with a sentence. */
#ifndef DEVICE_STUB_H
#define DEVICE_STUB_H

#include <stdbool.h>

#include "stub.h"

#define HOST_BUFFERS 512

/* A list of buffers in the host's memory. */
struct host_list {
    struct doca_buf *first;
    uint8_t *bytes;
    size_t length;
};

/* A request of the host, with everything that it could have. */
struct doca_devemu_vfs_fuse_req {
    struct fuse_in_header in;
    uint8_t op_in[128];
    struct fuse_out_header out;
    uint8_t op_out[256];
    struct fuse_open_out open_out;
    struct host_list datain;
    struct host_list dataout;
    void *user;
    int completed; /* times */
    doca_error_t result;
    struct doca_devemu_vfs_io *io;
};

struct host_list host_list(size_t bytes, size_t piece);
void host_list_free(struct host_list *list);

/* The host sends a request: the operation's handler runs in the next progress of the io context's engine. */
void host_sends(struct doca_devemu_vfs_fuse_req *req, uint32_t opcode, uint64_t unique);

void host_resets(void);
void host_resets_function(void);

/* How often the library was told that a reset is over. */
int resets_completed(void);
/* How often the device's context was started. */
int device_starts(void);
int dma_tasks(void);
/* Fails the next DMA task. */
void break_next_dma(void);
/* Objects that were created and not destroyed. */
int objects(void);
uint32_t host_owned(void);

#endif
