/** Guest memory as addresses and lengths: what a descriptor chain points at, and how much of it one request may use. */
package org.dpfs4j.memory;
