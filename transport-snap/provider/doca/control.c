/* The control thread's side: finding and opening functions, and what happens to them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"

static bool is_begun(doca_error_t result)
{
    return result == DOCA_SUCCESS || result == DOCA_ERROR_IN_PROGRESS;
}

static int doca_fail(char *err, uint32_t errlen, const char *what, doca_error_t result)
{
    int code = result == DOCA_ERROR_NOT_PERMITTED ? EPERM : EIO;
    return fail(err, errlen, code, "%s: %s", what, doca_error_get_descr(result));
}

static void say(struct device *device, uint32_t type, int32_t code, uint64_t arg0, uint64_t arg1)
{
    struct vfsp_evt *event;
    if (device->events == EVENTS_MAX) {
        return; /* a few belong to each generation, and the next one waits for the server */
    }
    event = &device->event[device->events++];
    memset(event, 0, sizeof *event);
    event->type = type;
    event->dev = device->index;
    event->generation = atomic_load(&device->generation);
    event->code = code;
    event->arg0 = arg0;
    event->arg1 = arg1;
}

/* --- what there is ------------------------------------------------------------------------------------------------- */

static bool emulates(struct doca_devinfo *info)
{
    uint8_t supported = 0;
    return doca_devemu_vfs_is_default_vfs_type_supported(info, &supported) == DOCA_SUCCESS && supported;
}

/* Fills what is known of a manager; it may be in use by another process, which leaves its functions unknown. */
static void describe(struct doca_devinfo *info, struct vfsp_mgr *out)
{
    const struct doca_devemu_vfs_type *type;
    struct doca_devinfo_rep **reps;
    struct doca_dev *dev;
    uint8_t hotplug = 0;
    memset(out, 0, sizeof *out);
    out->caps = VFSP_MGR_FS;
    doca_devinfo_get_ibdev_name(info, out->rdma, sizeof out->rdma);
    out->rdma[sizeof out->rdma - 1] = 0;
    if (doca_dev_open(info, &dev) != DOCA_SUCCESS) {
        return;
    }
    if (doca_devemu_vfs_find_default_vfs_type_by_dev(dev, &type) == DOCA_SUCCESS) {
        const struct doca_devemu_pci_type *pci = doca_devemu_vfs_type_as_pci_type(type);
        if (doca_devemu_pci_type_create_rep_list(pci, &reps, &out->num_functions) == DOCA_SUCCESS) {
            doca_devinfo_rep_destroy_list(reps);
        }
        out->max_pfs = out->num_functions;
        if (doca_devemu_pci_cap_type_is_hotplug_supported(info, pci, &hotplug) == DOCA_SUCCESS && hotplug) {
            out->caps |= VFSP_MGR_HOTPLUG;
        }
    }
    doca_dev_close(dev);
}

int control_list(struct vfsp_mgr *out, int max, char *err, uint32_t errlen)
{
    struct doca_devinfo **list;
    uint32_t n;
    uint32_t i;
    int found = 0;
    doca_error_t result = doca_devinfo_create_list(&list, &n);
    if (result != DOCA_SUCCESS) {
        return doca_fail(err, errlen, "DOCA cannot list devices", result);
    }
    for (i = 0; i < n; i++) {
        if (emulates(list[i])) {
            if (found < max) {
                describe(list[i], &out[found]);
            }
            found++;
        }
    }
    doca_devinfo_destroy_list(list);
    return found;
}

/* --- opening ------------------------------------------------------------------------------------------------------- */

static int open_manager(struct provider *provider, char *err, uint32_t errlen)
{
    const char *wanted = provider->config->manager;
    struct doca_devinfo **list;
    uint32_t n;
    uint32_t i;
    doca_error_t result = doca_devinfo_create_list(&list, &n);
    if (result != DOCA_SUCCESS) {
        return doca_fail(err, errlen, "DOCA cannot list devices", result);
    }
    result = DOCA_ERROR_NOT_FOUND;
    for (i = 0; i < n && result != DOCA_SUCCESS; i++) {
        char name[64] = {0};
        if (!emulates(list[i]) || doca_devinfo_get_ibdev_name(list[i], name, sizeof name) != DOCA_SUCCESS) {
            continue;
        }
        if (!*wanted || !strncmp(wanted, name, sizeof name)) {
            result = doca_dev_open(list[i], &provider->dev);
            if (result != DOCA_SUCCESS) {
                provider->dev = NULL;
                break;
            }
        }
    }
    doca_devinfo_destroy_list(list);
    if (result == DOCA_ERROR_NOT_FOUND) {
        return fail(err, errlen, ENODEV, "no device %.60s emulates virtio-fs", wanted);
    }
    return result == DOCA_SUCCESS ? 0 : doca_fail(err, errlen, "the manager cannot be opened", result);
}

static int initialise(struct provider *provider, char *err, uint32_t errlen)
{
    struct doca_devemu_vfs_cfg *cfg;
    doca_error_t result = doca_devemu_vfs_cfg_create(&cfg);
    if (result == DOCA_SUCCESS) {
        result = doca_devemu_vfs_cfg_add_dev(cfg, provider->dev);
        if (result == DOCA_SUCCESS) {
            result = doca_devemu_vfs_cfg_set_vfs_fuse_req_user_data_size(cfg, sizeof(struct exchange));
        }
        if (result == DOCA_SUCCESS) {
            result = doca_devemu_vfs_init(cfg);
            provider->initialised = result == DOCA_SUCCESS;
        }
        doca_devemu_vfs_cfg_destroy(cfg);
    }
    if (result == DOCA_SUCCESS) {
        result = doca_devemu_vfs_find_default_vfs_type_by_dev(provider->dev, &provider->type);
    }
    if (result == DOCA_SUCCESS) {
        result = doca_pe_create(&provider->pe);
    }
    return result == DOCA_SUCCESS ? 0 : doca_fail(err, errlen, "DOCA virtio-fs does not begin", result);
}

/* Whether a function is the one that was asked for: its vuid, or the number of a physical one, counted in *nth. */
static bool is_wanted(struct device *device, struct doca_devinfo_rep *rep, uint32_t *nth)
{
    const char *wanted = device->config->function;
    enum doca_pci_func_type type;
    char vuid[DOCA_DEVINFO_REP_VUID_SIZE + 1] = {0};
    doca_devinfo_rep_get_vuid(rep, vuid, DOCA_DEVINFO_REP_VUID_SIZE);
    copy_text(device->function, sizeof device->function, vuid);
    if (strncmp(wanted, "pf=", 3) != 0) {
        return !strcmp(wanted, vuid);
    }
    if (doca_devinfo_rep_get_pci_func_type(rep, &type) != DOCA_SUCCESS || type != DOCA_PCI_FUNC_TYPE_PF) {
        return false;
    }
    return (*nth)++ == strtoul(wanted + 3, NULL, 10);
}

static int open_function(struct device *device, char *err, uint32_t errlen)
{
    struct doca_devinfo_rep **reps;
    uint32_t n;
    uint32_t i;
    uint32_t nth = 0;
    doca_error_t result
        = doca_devemu_pci_type_create_rep_list(doca_devemu_vfs_type_as_pci_type(device->provider->type), &reps, &n);
    if (result != DOCA_SUCCESS) {
        return doca_fail(err, errlen, "DOCA cannot list functions", result);
    }
    result = DOCA_ERROR_NOT_FOUND;
    for (i = 0; i < n && result == DOCA_ERROR_NOT_FOUND; i++) {
        if (is_wanted(device, reps[i], &nth)) {
            result = doca_dev_rep_open(reps[i], &device->rep);
            if (result != DOCA_SUCCESS) {
                device->rep = NULL;
            }
        }
    }
    doca_devinfo_rep_destroy_list(reps);
    if (result == DOCA_ERROR_NOT_FOUND) {
        return fail(err, errlen, ENODEV, "dev.%d: there is no function %.100s", device->index, device->config->function);
    }
    return result == DOCA_SUCCESS ? 0 : doca_fail(err, errlen, device->function, result);
}

/* A reset of either kind: the server drops its session, and the host waits. */
static void begin_reset(struct device *device, enum reset reset)
{
    if (device->reset == FUNCTION_RESET || (device->reset == reset)) {
        return;
    }
    if (device->reset == NO_RESET) {
        atomic_store(&device->released, false);
        atomic_store(&device->drained, false);
        atomic_store(&device->hold, true);
        say(device, reset == FUNCTION_RESET ? VFSP_EVT_FLR_BEGIN : VFSP_EVT_RESET_BEGIN, 0, 0, 0);
    }
    device->reset = reset;
}

static void on_reset(struct doca_devemu_virtio_dev *dev, union doca_data user)
{
    (void)dev;
    begin_reset(user.ptr, VIRTIO_RESET);
}

static void on_flr(struct doca_devemu_pci_dev *dev, union doca_data user)
{
    (void)dev;
    begin_reset(user.ptr, FUNCTION_RESET);
}

static void ready(struct device *device)
{
    device->phase = RUNNING;
    /* The library negotiates and does not tell. */
    say(device, VFSP_EVT_DEV_READY, 0, 0, device->config->request_queues + 1u);
}

static void dev_changed(
    const union doca_data user, struct doca_ctx *ctx, enum doca_ctx_states before, enum doca_ctx_states now)
{
    struct device *device = user.ptr;
    (void)ctx;
    (void)before;
    if (now == DOCA_CTX_STATE_RUNNING && device->phase == STARTING) {
        ready(device);
    }
    device->idle = now == DOCA_CTX_STATE_IDLE;
}

static doca_error_t set_up(struct device *device)
{
    const struct config_device *config = device->config;
    struct doca_devemu_virtio_dev *virtio = doca_devemu_vfs_dev_as_virtio_dev(device->dev);
    struct doca_ctx *ctx = doca_devemu_vfs_dev_as_ctx(device->dev);
    union doca_data user = {.ptr = device};
    doca_error_t result = doca_devemu_vfs_dev_set_tag(device->dev, config->tag);
#define THEN(call)                                                                                                     \
    if (result == DOCA_SUCCESS) {                                                                                      \
        result = call;                                                                                                 \
    }
    THEN(doca_devemu_vfs_dev_set_num_request_queues(device->dev, config->request_queues))
    THEN(doca_devemu_virtio_dev_set_num_queues(virtio, (uint16_t)(config->request_queues + 1)))
    THEN(doca_devemu_virtio_dev_set_queue_size(virtio, config->queue_size))
    THEN(doca_devemu_virtio_dev_set_num_required_running_virtio_io_ctxs(virtio, 1))
    if (config->client_arch == VFSP_ARCH_X86_64) {
        THEN(doca_devemu_vfs_dev_set_fuse_client_arch(device->dev, DOCA_DEVEMU_VFS_FUSE_CLIENT_ARCH_X86_64))
    } else if (config->client_arch == VFSP_ARCH_AARCH64) {
        THEN(doca_devemu_vfs_dev_set_fuse_client_arch(device->dev, DOCA_DEVEMU_VFS_FUSE_CLIENT_ARCH_AARCH64))
    }
    THEN(doca_devemu_virtio_dev_event_reset_register(virtio, on_reset, user))
    THEN(doca_devemu_pci_dev_event_flr_register(doca_devemu_vfs_dev_as_pci_dev(device->dev), on_flr, user))
    THEN(doca_ctx_set_user_data(ctx, user))
    THEN(doca_ctx_set_state_changed_cb(ctx, dev_changed))
#undef THEN
    return result;
}

int control_open(struct provider *provider, char *err, uint32_t errlen)
{
    int i;
    int result = open_manager(provider, err, errlen);
    if (result == 0) {
        result = initialise(provider, err, errlen);
    }
    for (i = 0; i < provider->devices && result == 0; i++) {
        struct device *device = &provider->device[i];
        doca_error_t error;
        result = open_function(device, err, errlen);
        if (result < 0) {
            break;
        }
        error = doca_devemu_vfs_dev_create(provider->type, device->rep, provider->pe, &device->dev);
        if (error != DOCA_SUCCESS) {
            device->dev = NULL;
            return doca_fail(err, errlen, device->function, error);
        }
        error = set_up(device);
        if (error != DOCA_SUCCESS) {
            return doca_fail(err, errlen, device->function, error);
        }
    }
    return result;
}

void control_close(struct provider *provider)
{
    int i;
    for (i = 0; i < provider->devices; i++) {
        struct device *device = &provider->device[i];
        if (device->dev) {
            doca_devemu_vfs_dev_destroy(device->dev);
        }
        if (device->rep) {
            doca_dev_rep_close(device->rep);
        }
    }
    if (provider->pe) {
        doca_pe_destroy(provider->pe);
    }
    if (provider->initialised) {
        doca_devemu_vfs_teardown();
    }
    if (provider->dev) {
        doca_dev_close(provider->dev);
    }
}

/* --- what happens to a device -------------------------------------------------------------------------------------- */

static void start(struct device *device)
{
    doca_error_t result;
    device->phase = STARTING;
    device->idle = false;
    atomic_store(&device->io_wanted, true);
    result = doca_ctx_start(doca_devemu_vfs_dev_as_ctx(device->dev));
    if (!is_begun(result)) {
        device->phase = STOPPED;
        atomic_store(&device->io_wanted, false);
        say(device, VFSP_EVT_ERROR, -EIO, 0, 0);
    } else if (result == DOCA_SUCCESS && device->phase == STARTING) {
        ready(device);
    }
}

static void stop(struct device *device, enum phase phase)
{
    device->phase = phase;
    if (doca_ctx_stop(doca_devemu_vfs_dev_as_ctx(device->dev)) == DOCA_SUCCESS) {
        device->idle = true;
    }
    atomic_store(&device->io_wanted, false);
}

static void next_generation(struct device *device)
{
    device->reset = NO_RESET;
    atomic_fetch_add(&device->generation, 1);
    atomic_store(&device->hold, false);
}

void control_advance(struct device *device)
{
    bool stopping = atomic_load(&device->provider->stopping);
    if (device->phase == NEW && stopping) {
        device->phase = STOPPED;
        say(device, VFSP_EVT_STOPPED, 0, 0, 0);
    } else if (device->phase == NEW && atomic_load(&device->provider->started)) {
        start(device);
    } else if ((device->phase == RUNNING || device->phase == STARTING) && stopping) {
        stop(device, STOPPING);
    } else if (device->phase == RUNNING && device->reset != NO_RESET && atomic_load(&device->drained)) {
        if (device->reset == FUNCTION_RESET) {
            stop(device, RESTARTING);
        } else {
            doca_devemu_virtio_dev_reset_complete(doca_devemu_vfs_dev_as_virtio_dev(device->dev));
            next_generation(device);
            ready(device);
        }
    } else if (device->phase == RESTARTING && device->idle && atomic_load(&device->io_gone)) {
        next_generation(device);
        if (stopping) {
            device->phase = STOPPING;
        } else {
            start(device);
        }
    } else if (device->phase == STOPPING && device->idle && atomic_load(&device->io_gone)) {
        device->phase = STOPPED;
        say(device, VFSP_EVT_STOPPED, 0, 0, 0);
    }
}
