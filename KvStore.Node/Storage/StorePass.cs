using KvStore.Node.Ring;

namespace KvStore.Node.Storage;

/// <summary>
/// One page of a pass: all records of the slots wanted, in the order of the store's own log. One pass serves every slot wanted,
/// for the cost of reading the log once, however many pages it is cut into.
/// </summary>
/// <param name="Slots">Only keys of slots for which this holds; the same in every page of a pass.</param>
/// <param name="From"><see cref="PassCursor.Start"/>, or where the page before ended.</param>
/// <param name="CountMax">Records in the page, at most.</param>
/// <param name="BytesMax">Bytes of keys and values in it, at most; it holds at least one record.</param>
/// <param name="WithValues">Whether records carry their values; otherwise their values are empty and do not count.</param>
/// <param name="IsHurried">
/// Asked again and again by whoever reads it, on a store's thread: whether it is to be read as fast as can be. Else, and where there is none, the
/// reader rests now and then, for those who use the same processors.
/// </param>
internal sealed record StorePass(Func<Slot, bool> Slots, PassCursor From, int CountMax, long BytesMax, bool WithValues, Func<bool>? IsHurried = null);
