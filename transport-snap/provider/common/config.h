/* What vfsp_open is given, checked. All providers here read it the same way. */
#ifndef VFSP_CONFIG_H
#define VFSP_CONFIG_H

#include <stdbool.h>

#include "vfsp.h"

#define CONFIG_DEVICES_MAX 128
#define CONFIG_GROUPS_MAX 128
#define CONFIG_QUEUES_MAX 254 /* request queues of a device */
#define CONFIG_OWN_MAX 8      /* keys of a provider's own, for each device and for all of them */
#define CONFIG_VALUE_MAX 255

/* A key of a provider's own, without its prefix: x-socket. */
struct config_own {
    char key[32];
    char value[CONFIG_VALUE_MAX + 1];
};

struct config_device {
    bool named; /* some key of it was there */
    char function[VFSP_FUNCTION_MAX + 1];
    char tag[VFSP_TAG_MAX + 1];
    uint16_t request_queues;
    uint16_t queue_size;
    uint16_t client_arch;
    uint16_t group;
    bool group_given;
    bool mock;
    int own_count;
    struct config_own own[CONFIG_OWN_MAX];
};

struct config {
    char manager[64];
    uint16_t groups;
    uint32_t pool_mb; /* 0: as the provider likes */
    int own_count;
    struct config_own own[CONFIG_OWN_MAX];
    int devices;
    struct config_device device[CONFIG_DEVICES_MAX];
};

/*
 * Reads kv. own_keys are the keys of the provider's own that may stand behind dev.N., ended by NULL; global_own those that stand alone.
 * Returns NULL and a sentence in err when something is wrong.
 */
struct config *config_read(
    const char *kv, const char *const *own_keys, const char *const *global_own, char *err, uint32_t errlen);

/* The value of a device's own key, or NULL. */
const char *config_own(const struct config_device *device, const char *key);

/* The value of an own key for all devices, or NULL. */
const char *config_global_own(const struct config *config, const char *key);

/* Writes a sentence, cut to fit. Returns -code. */
int fail(char *err, uint32_t errlen, int code, const char *format, ...) __attribute__((format(printf, 4, 5)));

/* Copies text, cut to fit and ended by NUL. */
void copy_text(char *to, size_t size, const char *from);

#endif
