/** What a shard holds besides its images, in the order in which it is read. */
export type ShardPart = 'footer' | 'messages' | 'heads';

/** The sha256 of each part: of the file's footer, of its record batches' messages, of their bodies without images. */
export type ShardParts = Readonly<Record<ShardPart, string>>;

/**
 * Sees the digest of each part before anything in it is interpreted: a reader of Arrow can be led to
 * allocate whatever a damaged length says.
 */
export type OnPart = (part: ShardPart, sha256: string) => void;
