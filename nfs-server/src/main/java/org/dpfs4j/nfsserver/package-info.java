/**
 * NFS servers that tests run against: NFS-Ganesha as a process, a mock that does what a test tells it, and a proxy that is
 * a bad network. Nothing of the product is in here, and nothing in here is in the product.
 */
package org.dpfs4j.nfsserver;
