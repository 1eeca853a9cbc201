namespace KvStore.Node.Peers;

/// <summary>
/// What a link's owner has not been told yet. News is told outside the link's lock, by one thread at a time and in order:
/// whoever finds another one telling leaves it to that one, which looks again. Losses that nobody was told of in between
/// become one. Not thread safe: its <see cref="PeerLink"/> guards it.
/// </summary>
internal sealed class PeerLinkNews
{
    private bool _lost;
    private bool _openTold;
    private bool _telling;

    public enum Item
    {
        /// <summary>What was sent and not answered will not be.</summary>
        Lost,

        Opened,

        /// <summary>The last.</summary>
        Ended,
    }

    public void Lost() => _lost = true;

    /// <summary>The next thing to tell, or null; <see cref="Told"/> must follow.</summary>
    public Item? Take(bool isOpen, bool isEnded)
    {
        if (_telling)
        {
            return null;
        }

        Item? item = null;
        if (_lost)
        {
            _lost = false;
            _openTold = false;
            item = Item.Lost;
        }
        else if (isOpen && !_openTold)
        {
            _openTold = true;
            item = Item.Opened;
        }
        else if (isEnded)
        {
            item = Item.Ended;
        }

        _telling = item is not null;
        return item;
    }

    /// <summary>Not called after <see cref="Item.Ended"/>: so nothing follows it.</summary>
    public void Told() => _telling = false;
}
