/** A 32-bit checksum (FNV-1a) of an API key: enough to tell two keys apart, far too short to recover one. */
export function keyChecksum(key: string): string {
  let hash = 0x81_1c_9d_c5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01_00_01_93);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
