namespace KvStore.Bench.Loads;

/// <summary>A cluster that is put under load, through one connection to each of its members. Any number of callers at once.</summary>
internal abstract class LoadTarget : IDisposable
{
    public abstract string Name { get; }

    /// <summary>CPU time that its members have used since they started; zero where they are not ours to ask.</summary>
    public abstract TimeSpan MembersCpu { get; }

    /// <param name="caller">Who asks: callers are spread over the members.</param>
    /// <returns>False if it was refused or not answered.</returns>
    public abstract Task<bool> PutAsync(int caller, string key, byte[] value, CancellationToken cancellationToken);

    /// <returns>False if it was refused, not answered, or there was nothing.</returns>
    public abstract Task<bool> GetAsync(int caller, string key, CancellationToken cancellationToken);

    /// <returns>False if it was refused, not answered, or there was nothing to delete.</returns>
    public abstract Task<bool> DeleteAsync(int caller, string key, CancellationToken cancellationToken);

    public abstract void Dispose();
}
