/**
 * What keeps a server that a guest has taken over from reaching anything but its trees: stage 0 restricts one thread and
 * executes Java again from it, and the serving process then filters its own system calls. docs/isolation.md describes it.
 */
package org.dpfs4j.app.sandbox;
