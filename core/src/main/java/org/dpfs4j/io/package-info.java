/** System calls, descriptors and the lanes (event loop, ring, workers) that operations run on. */
package org.dpfs4j.io;
