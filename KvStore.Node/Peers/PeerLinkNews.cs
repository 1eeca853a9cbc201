namespace KvStore.Node.Peers;

/// <summary>
/// What a link's owner has not been told yet. News is noted wherever it happens, and told where no lock is held, by one thread
/// at a time and in order: whoever finds another one telling leaves it to that one, which looks again. Losses that nobody was
/// told of in between become one. Thread safe.
/// </summary>
internal sealed class PeerLinkNews(PeerLink link, PeerLinkOwner owner, PeerLinkLog log)
{
    private readonly Lock _lock = new();
    private bool _isOpen;
    private bool _isLost;
    private bool _isEnded;
    private bool _openTold;
    private bool _telling;
    private string _reason = "";

    private enum Item
    {
        None,
        Lost,
        Opened,
        Ended,
    }

    public void Opened()
    {
        lock (_lock)
        {
            _isOpen = true;
        }
    }

    /// <summary>What was sent and not answered will not be.</summary>
    public void Lost(string reason)
    {
        lock (_lock)
        {
            _isOpen = false;
            _isLost = true;
            _reason = reason;
        }
    }

    /// <summary>Nothing follows.</summary>
    public void Ended()
    {
        lock (_lock)
        {
            _isEnded = true;
        }
    }

    /// <summary>Tells what is new. Not under a lock.</summary>
    public void Tell()
    {
        while (TryTake(out Item item, out string reason))
        {
            switch (item)
            {
                case Item.Lost:
                    log.Lost(reason);
                    owner.Changed(link, false);
                    break;
                case Item.Opened:
                    log.Opened();
                    owner.Changed(link, true);
                    break;
                default:
                    // Still telling, for ever: so nothing follows.
                    owner.Ended(link);
                    return;
            }

            lock (_lock)
            {
                _telling = false;
            }
        }
    }

    private bool TryTake(out Item item, out string reason)
    {
        lock (_lock)
        {
            item = _telling ? Item.None
                : _isLost ? Item.Lost
                : _isOpen && !_openTold ? Item.Opened
                : _isEnded ? Item.Ended
                : Item.None;
            reason = _reason;
            if (item == Item.None)
            {
                return false;
            }

            _telling = true;
            _openTold = item == Item.Opened;
            _isLost = false;
            return true;
        }
    }
}
