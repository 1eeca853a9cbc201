using System.Collections.Immutable;
using Aspire.Dashboard.Feed;
using Aspire.Dashboard.Telemetry;

namespace Aspire.Dashboard.Resources;

/// <summary>
/// The newest state of every resource and the newest lines of its console, as the AppHost told them. Pages ask for versions a
/// few times a second. Bounded in lines of a console; resources are as many as the AppHost has.
/// </summary>
internal sealed class ResourceBoard(TelemetryLimits limits)
{
    private readonly Lock _sync = new();
    private readonly Dictionary<string, ResourceState> _resources = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Queue<ConsoleText>> _consoles = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, long> _lastNumbers = new(StringComparer.OrdinalIgnoreCase);
    private ImmutableArray<ResourceState> _all = [];
    private long _version;
    private long _consoleVersion;

    public long Version => Volatile.Read(ref _version);

    public long ConsoleVersion => Volatile.Read(ref _consoleVersion);

    /// <summary>In the order in which the AppHost first spoke of them.</summary>
    public ImmutableArray<ResourceState> All
    {
        get
        {
            lock (_sync)
            {
                return _all;
            }
        }
    }

    public void Put(ResourceState state)
    {
        lock (_sync)
        {
            var index = _resources.ContainsKey(state.Id) ? _all.IndexOf(_resources[state.Id]) : -1;
            _resources[state.Id] = state;
            _all = index < 0 ? _all.Add(state) : _all.SetItem(index, state);
            _version++;
        }
    }

    /// <summary>Lines that were told before, when the connection was another, are not told twice.</summary>
    public void Append(ConsoleBatch batch)
    {
        lock (_sync)
        {
            if (!_consoles.TryGetValue(batch.ResourceId, out var console))
            {
                _consoles.Add(batch.ResourceId, console = new Queue<ConsoleText>());
            }

            foreach (var line in batch.Lines.Where(line => line.Number > _lastNumbers.GetValueOrDefault(batch.ResourceId)))
            {
                if (console.Count == limits.ConsoleLinesMax)
                {
                    console.Dequeue();
                }

                console.Enqueue(ConsoleText.Of(batch.ResourceId, line.Number, line.Text, line.IsError));
                _lastNumbers[batch.ResourceId] = line.Number;
            }

            _consoleVersion++;
        }
    }

    /// <summary>The lines of one resource, or of all in the order of their times.</summary>
    public ImmutableArray<ConsoleText> Console(string? resourceId)
    {
        lock (_sync)
        {
            if (resourceId is not null)
            {
                return _consoles.TryGetValue(resourceId, out var console) ? [.. console] : [];
            }

            return [.. _consoles.Values.SelectMany(console => console).OrderBy(line => line.Time, StringComparer.Ordinal).TakeLast(limits.ConsoleLinesMax)];
        }
    }

    public void ClearConsole(string? resourceId)
    {
        lock (_sync)
        {
            foreach (var (id, console) in _consoles)
            {
                if (resourceId is null || string.Equals(id, resourceId, StringComparison.OrdinalIgnoreCase))
                {
                    console.Clear();
                }
            }

            _consoleVersion++;
        }
    }
}
