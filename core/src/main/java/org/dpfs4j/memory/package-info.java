/** Native memory: one segment over the address space, scatter lists, and the limits every loop over guest data has. */
package org.dpfs4j.memory;
