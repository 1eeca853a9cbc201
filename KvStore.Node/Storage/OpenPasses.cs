namespace KvStore.Node.Storage;

/// <summary>The passes of a store that have begun and not ended. One that nobody asks for any more is forgotten in time.</summary>
internal sealed class OpenPasses(OverwrittenKeys overwritten, long boot)
{
    /// <summary>Passes open at once, at most; beyond it the one unused for longest is forgotten, and begins anew if it is asked for.</summary>
    public const int OpenMax = 64;

    private readonly Lock _gate = new();

    /// <summary>The one used last comes last.</summary>
    private readonly List<OpenPass> _open = [];

    private long _lastNumber;

    /// <summary>The pass that a page belongs to; a new one where it is the first, or the pass is not known any more.</summary>
    /// <param name="from">Where the page begins.</param>
    public OpenPass Find(StorePass page, out PassCursor from)
    {
        lock (_gate)
        {
            from = page.From;
            OpenPass? pass = page.From.Boot == boot ? _open.Find(open => open.Number == page.From.Pass) : null;
            if (pass is null)
            {
                pass = new OpenPass(++_lastNumber, page.Slots, overwritten);
                from = new PassCursor(boot, pass.Number, 0, 0);
            }

            _open.Remove(pass);
            _open.Add(pass);
            if (_open.Count > OpenMax)
            {
                _open[0].Abandon();
                _open.RemoveAt(0);
            }

            return pass;
        }
    }

    public void End(OpenPass pass)
    {
        lock (_gate)
        {
            pass.Abandon();
            _open.Remove(pass);
        }
    }
}
