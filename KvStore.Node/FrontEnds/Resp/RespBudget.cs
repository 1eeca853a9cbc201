namespace KvStore.Node.FrontEnds.Resp;

/// <summary>What the commands and answers of all connections hold in memory together. Any thread.</summary>
/// <param name="bytesMax">When as much is held, new commands are refused; those under way may take it beyond.</param>
internal sealed class RespBudget(long bytesMax)
{
    private long _bytes;

    public long Bytes => Interlocked.Read(ref _bytes);

    public bool IsSpent => Bytes >= bytesMax;

    public void Take(long bytes) => Interlocked.Add(ref _bytes, bytes);

    public void Give(long bytes) => Interlocked.Add(ref _bytes, -bytes);
}
