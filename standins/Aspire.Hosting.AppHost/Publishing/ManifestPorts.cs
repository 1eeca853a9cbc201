namespace Aspire.Hosting.Publishing;

/// <summary>Target ports for endpoints that name none: 8000, 8001, ... in the order of the manifest.</summary>
internal sealed class ManifestPorts
{
    private const int First = 8000;
    private readonly HashSet<int> _used = [];
    private int _next = First;

    public void Use(int port) => _used.Add(port);

    public int Take()
    {
        while (!_used.Add(_next))
        {
            _next++;
        }
        return _next++;
    }
}
