package org.dpfs4j.uring;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.dpfs4j.memory.Memory;
import org.dpfs4j.wire.Errno;

/**
 * What a guest's extended attributes are called on the host: virtiofsd's {@code xattrmap}, a list of rules of which the
 * first that matches decides. What no rule matches is refused and hidden. The first character of a rule separates its parts:
 *
 * <pre>
 *   :TYPE:SCOPE:KEY:PREPEND:     TYPE prefix | ok | bad | unsupported, SCOPE client | server | all
 *   :map:KEY:PREPEND:            the last rule; stands for these:
 *       :prefix:all:KEY:PREPEND:   :bad:server::KEY:   :bad:client:PREPEND::   :ok:all:::
 * </pre>
 *
 * <p>KEY is what a guest's name begins with, PREPEND what the host's begins with. Whatever the rules say, a guest reaches what
 * lies under a prefix through that prefix only: else it could forge what the host keeps there for it.
 */
public final class XattrMap {
    /** Every name is the same on both sides. */
    public static final XattrMap NONE = new XattrMap(List.of());

    private static final String CAPABILITY = "security.capability";

    /** What becomes of a name. */
    private enum Type {
        PREFIX,
        OK,
        BAD,
        UNSUPPORTED
    }

    private record Rule(Type type, boolean client, boolean server, String key, String prepend) {}

    /**
     * What a guest's name means.
     *
     * @param refusal why it means nothing, or null
     * @param name the host's name, or null
     */
    record HostName(Errno refusal, String name) {}

    private final List<Rule> rules;
    private final long capability;

    private XattrMap(List<Rule> rules) {
        this.rules = List.copyOf(rules);
        capability = rules.isEmpty() ? 0 : movedCapability();
    }

    /**
     * Reads rules.
     *
     * @throws IllegalArgumentException with what is wrong, and in which rule
     */
    public static XattrMap of(String text) {
        var rules = new ArrayList<Rule>();
        var number = 0;
        var mapped = false;
        for (var rest = bytewise(text.getBytes(StandardCharsets.UTF_8)).strip(); !rest.isEmpty(); number++) {
            if (mapped) {
                throw new IllegalArgumentException("rule " + number + " is a map, and only the last rule can be one");
            }
            var parts = parts(rest, number + 1);
            mapped = parts.getFirst().equals("map");
            if (mapped) {
                addMap(rules, parts.get(1), parts.get(2));
            } else {
                rules.add(rule(parts, number + 1));
            }
            var length = 1 + parts.stream().mapToInt(part -> part.length() + 1).sum();
            rest = rest.substring(length).stripLeading();
        }
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("has no rule");
        }
        return new XattrMap(rules);
    }

    /** A name as rules read it: a character for each byte, as names are in no particular character set. */
    static String bytewise(byte[] name) {
        return new String(name, StandardCharsets.ISO_8859_1);
    }

    /** The parts of the first rule of {@code rest}; each ends with the rule's separator. */
    private static List<String> parts(String rest, int number) {
        var separator = rest.charAt(0);
        var parts = new ArrayList<String>();
        var wanted = 4;
        for (int from = 1; parts.size() < wanted; ) {
            var end = rest.indexOf(separator, from);
            if (end < 0) {
                throw new IllegalArgumentException("rule " + number + " ends early: \"" + rest + "\" needs "
                        + (wanted + 1) + " times '" + separator + "'");
            }
            parts.add(rest.substring(from, end));
            from = end + 1;
            wanted = parts.getFirst().equals("map") ? 3 : 4;
        }
        return parts;
    }

    private static Rule rule(List<String> parts, int number) {
        var type = switch (parts.get(0)) {
            case "prefix" -> Type.PREFIX;
            case "ok" -> Type.OK;
            case "bad" -> Type.BAD;
            case "unsupported" -> Type.UNSUPPORTED;
            default ->
                throw new IllegalArgumentException("rule " + number
                        + " must begin with prefix, ok, bad, unsupported or map: \"" + parts.get(0) + "\"");
        };
        var scope = parts.get(1);
        if (!List.of("client", "server", "all").contains(scope)) {
            throw new IllegalArgumentException(
                    "rule " + number + " must be for client, server or all: \"" + scope + "\"");
        }
        return new Rule(type, !scope.equals("server"), !scope.equals("client"), parts.get(2), parts.get(3));
    }

    private static void addMap(List<Rule> rules, String key, String prepend) {
        var nothing = "";
        rules.add(new Rule(Type.PREFIX, true, true, key, prepend));
        rules.add(new Rule(Type.BAD, false, true, nothing, key));
        rules.add(new Rule(Type.BAD, true, false, prepend, nothing));
        rules.add(new Rule(Type.OK, true, true, nothing, nothing));
    }

    /** What a guest's name is on the host. */
    HostName toHost(String name) {
        if (rules.isEmpty()) {
            return new HostName(null, name);
        }
        for (var rule : rules) {
            if (rule.client && name.startsWith(rule.key)) {
                return switch (rule.type) {
                    case PREFIX -> new HostName(null, rule.prepend + name);
                    case OK -> isUnderAPrefix(name) ? new HostName(Errno.EPERM, null) : new HostName(null, name);
                    case BAD -> new HostName(Errno.EPERM, null);
                    case UNSUPPORTED -> new HostName(Errno.EOPNOTSUPP, null);
                };
            }
        }
        return new HostName(Errno.EPERM, null);
    }

    private boolean isUnderAPrefix(String name) {
        return rules.stream()
                .anyMatch(rule -> rule.type == Type.PREFIX && !rule.prepend.isEmpty() && name.startsWith(rule.prepend));
    }

    /** How many bytes of a host's name the guest is not shown, or -1 when it is not shown at all. */
    int hidden(String name) {
        if (rules.isEmpty()) {
            return 0;
        }
        for (var rule : rules) {
            if (rule.server && name.startsWith(rule.prepend)) {
                return switch (rule.type) {
                    case PREFIX -> name.length() > rule.prepend.length() ? rule.prepend.length() : -1;
                    case OK -> 0;
                    case BAD, UNSUPPORTED -> -1;
                };
            }
        }
        return -1;
    }

    /** Whether the guest's attribute of that name is the host's of the same name. */
    boolean keeps(String name) {
        return name.equals(toHost(name).name);
    }

    /**
     * Address of the NUL-terminated name under which the capabilities of a guest's programs lie, when it is another one than
     * the host's kernel takes care of; else 0. It stays as long as the process: a map is made once per configuration.
     */
    long capability() {
        return capability;
    }

    private long movedCapability() {
        var host = toHost(CAPABILITY);
        return host.refusal != null || host.name.equals(CAPABILITY) ? 0 : forGood(host.name);
    }

    /** Address of a NUL-terminated name that is never freed. */
    static long forGood(String name) {
        var address = Memory.allocate(name.length() + 1L);
        put(name, address);
        return address;
    }

    /** Writes a name and its NUL. */
    static void put(String name, long address) {
        var memory = Memory.at(address, name.length() + 1L);
        memory.asByteBuffer().put(name.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof XattrMap map && map.rules.equals(rules);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }

    @Override
    public String toString() {
        return rules.toString();
    }
}
