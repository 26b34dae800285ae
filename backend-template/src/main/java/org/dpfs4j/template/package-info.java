/** An in-memory backend, complete and small, to start a new backend from. */
package org.dpfs4j.template;
