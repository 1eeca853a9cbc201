using System.Globalization;
using System.Net;
using KvStore.Node.Coordination;
using KvStore.Node.Storage;
using Microsoft.Extensions.Configuration;

namespace KvStore.Node.Configuration;

/// <summary>
/// Turns the section <c>KvStore</c> into <see cref="NodeOptions"/>, or into a full list of what is wrong with it.
/// </summary>
/// <remarks>
/// <para>What: the only reader of the configuration. Who calls: Program, once.</para>
/// <para>Invariant: options that were read without a problem are consistent with each other; nobody checks them again.</para>
/// <para>Failure: a member with a wrong or unknown setting does not start, because the setting that was meant is not in
/// force, and nobody would notice. Each message names the key (as it is written in JSON and in the environment), the value
/// given and what is allowed.</para>
/// </remarks>
internal static class NodeOptionsReader
{
    public const string SectionName = "KvStore";
    public const int ReplicationMax = 15;
    public const int LanesMax = 16;

    private const int ValuesPerMemory = 11;
    private const string TransferAllowed = "a number of bytes (or of KiB, MiB, GiB) from 64KiB to 1TiB, or 0 for no limit";
    private const long TransferLeast = 64L << 10;
    private const long TransferMost = 1L << 40;

    /// <summary>The lanes of a member whose options do not say how many.</summary>
    public static int LanesFor(int replication) =>
        Math.Clamp(replication == 1 ? Environment.ProcessorCount : Environment.ProcessorCount / 2, 1, LanesMax);

    /// <returns>Whether there were no problems; with problems, <paramref name="options"/> is not fit for use.</returns>
    public static bool TryRead(IConfiguration configuration, out NodeOptions options, out IReadOnlyList<string> problems)
    {
        List<string> found = [];
        OptionsSection section = new(configuration.GetSection(SectionName), SectionName, found);
        NodeOptions defaults = new();
        string name = section.Text(nameof(NodeOptions.Name), defaults.Name, Names.NameAllowed, Names.IsName);
        options = ReadDetection(section, ReadPlacement(section, ReadNetwork(section, ReadLimits(section, defaults with { Name = name }))));
        options = options with { Resp = RespSection.Read(section.Section(nameof(NodeOptions.Resp)), options) };
        section.RefuseUnknown();
        problems = found;
        return found.Count == 0;
    }

    private static NodeOptions ReadLimits(OptionsSection section, NodeOptions options)
    {
        long valueBytesMax = section.Bytes(nameof(NodeOptions.ValueBytesMax), options.ValueBytesMax, 1, 16 << 20);
        long memoryBytesLeast = Math.Max(16L << 20, ValuesPerMemory * valueBytesMax);
        return options with
        {
            DataDirectory = Path.GetFullPath(section.Text(
                nameof(NodeOptions.DataDirectory), Path.Combine("data", options.Name), "the path of a directory", IsPath)),
            RequestTimeout = section.Time(
                nameof(NodeOptions.RequestTimeout), options.RequestTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(5)),
            Durability = section.Read(nameof(NodeOptions.Durability), options.Durability, "commit, interval or none", Enum<Durability>),
            DurabilityInterval = section.Time(
                nameof(NodeOptions.DurabilityInterval), options.DurabilityInterval, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1)),
            ValueBytesMax = (int)valueBytesMax,
            MemoryBytesMax = section.Bytes(
                nameof(NodeOptions.MemoryBytesMax), Math.Max(options.MemoryBytesMax, memoryBytesLeast), memoryBytesLeast, 1L << 40,
                $" (at least {ValuesPerMemory} times KvStore:ValueBytesMax)"),
            KeyBytesMax = (int)section.Bytes(nameof(NodeOptions.KeyBytesMax), options.KeyBytesMax, 1, Ring.Key.LengthMax),
            OperationsMax = section.Whole(nameof(NodeOptions.OperationsMax), options.OperationsMax, 1, 1_000_000),
            TransferBytesPerSecondMax = section.Read(
                nameof(NodeOptions.TransferBytesPerSecondMax), options.TransferBytesPerSecondMax, TransferAllowed, TryParseTransfer),
            TracesPerSecondMax = section.Whole(
                nameof(NodeOptions.TracesPerSecondMax), options.TracesPerSecondMax, -1, 1_000_000, "; -1 traces all, 0 none"),
        };
    }

    private static bool TryParseTransfer(string text, out long bytes) =>
        Quantity.TryParseBytes(text, out bytes) && (bytes == 0 || bytes is >= TransferLeast and <= TransferMost);

    private static NodeOptions ReadNetwork(OptionsSection section, NodeOptions options)
    {
        options = options with
        {
            AllowUnauthenticated = section.Flag(nameof(NodeOptions.AllowUnauthenticated), options.AllowUnauthenticated),
            AllowFaults = section.Flag(nameof(NodeOptions.AllowFaults), options.AllowFaults),
            BindAddress = section.Read<IPAddress>(
                nameof(NodeOptions.BindAddress), options.BindAddress, "an IP address or localhost", TryParseAddress),
            HttpPort = section.Whole(nameof(NodeOptions.HttpPort), options.HttpPort, 0, ushort.MaxValue, "; 0 takes a free port"),
            GrpcPort = section.Whole(nameof(NodeOptions.GrpcPort), options.GrpcPort, 0, ushort.MaxValue, "; 0 takes a free port"),
            HttpAddress = section.Read(nameof(NodeOptions.HttpAddress), options.HttpAddress, Names.AddressAllowed, Names.TryParseAddress),
            GrpcAddress = section.Read(nameof(NodeOptions.GrpcAddress), options.GrpcAddress, Names.AddressAllowed, Names.TryParseAddress),
        };
        if (!IPAddress.IsLoopback(options.BindAddress) && !options.AllowUnauthenticated)
        {
            section.Refuse(
                nameof(NodeOptions.BindAddress),
                options.BindAddress.ToString(),
                "must be a loopback address (127.0.0.1, ::1 or localhost), because whoever reaches the ports can read and write "
                + $"everything, unless {section.Name(nameof(NodeOptions.AllowUnauthenticated))} is true.");
        }

        if (options.HttpPort == options.GrpcPort && options.HttpPort != 0)
        {
            section.Refuse(
                nameof(NodeOptions.GrpcPort),
                options.GrpcPort.ToString(CultureInfo.InvariantCulture),
                $"must differ from {section.Name(nameof(NodeOptions.HttpPort))}, which is the same.");
        }

        return options;
    }

    private static NodeOptions ReadDetection(OptionsSection section, NodeOptions options) => options with
    {
        ProbeInterval = section.Time(
            nameof(NodeOptions.ProbeInterval), options.ProbeInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1)),
        GossipInterval = section.Time(
            nameof(NodeOptions.GossipInterval), options.GossipInterval, TimeSpan.FromMilliseconds(20), TimeSpan.FromMinutes(1)),
        GossipFanout = section.Whole(nameof(NodeOptions.GossipFanout), options.GossipFanout, 1, 16),
        FailureTimeout = section.Time(nameof(NodeOptions.FailureTimeout), options.FailureTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10)),
        FailureHardDead = section.Time(nameof(NodeOptions.FailureHardDead), options.FailureHardDead, TimeSpan.Zero, TimeSpan.FromDays(1)),
    };

    private static NodeOptions ReadPlacement(OptionsSection section, NodeOptions options)
    {
        options = options with
        {
            Cluster = section.Text(nameof(NodeOptions.Cluster), options.Cluster, Names.NameAllowed, Names.IsName),
            Zone = section.Text(nameof(NodeOptions.Zone), options.Zone, Names.ZoneAllowed, Names.IsZone),
            VirtualNodes = section.Whole(nameof(NodeOptions.VirtualNodes), options.VirtualNodes, 1, 1024),
            LoadBound = section.Fraction(nameof(NodeOptions.LoadBound), options.LoadBound, 0.01, 1),
        };
        int replication = section.Whole(nameof(NodeOptions.Replication), options.Replication, 1, ReplicationMax);
        Consistency level = section.Read(
            nameof(NodeOptions.DefaultConsistency), options.DefaultConsistency, "one, quorum, all or a number of replicas", TryParseLevel);
        if (level.Needed(replication) > replication)
        {
            section.Refuse(
                nameof(NodeOptions.DefaultConsistency), level.ToString(), $"must not ask for more than the {replication} replicas that a key has.");
        }

        return options with
        {
            Seeds = SeedList.Read(section),
            Replication = replication,
            HasReplication = section.IsSet(nameof(NodeOptions.Replication)),
            DefaultConsistency = level,
            Lanes = section.Whole(nameof(NodeOptions.Lanes), LanesFor(replication), 1, LanesMax),
        };
    }

    private static bool TryParseLevel(string text, out Consistency level) => Consistency.TryParse(text, out level);

    private static bool IsPath(string text) => text.Length > 0 && !text.Contains('\0', StringComparison.Ordinal);

    private static bool TryParseAddress(string text, out IPAddress address)
    {
        bool isLocalhost = text.Equals("localhost", StringComparison.OrdinalIgnoreCase);
        bool isAddress = IPAddress.TryParse(text, out IPAddress? parsed);
        address = parsed ?? IPAddress.Loopback;
        return isLocalhost || isAddress;
    }

    private static bool Enum<T>(string text, out T value)
        where T : struct, Enum =>
        System.Enum.TryParse(text, ignoreCase: true, out value) && !char.IsAsciiDigit(text[0]) && text[0] != '-' && System.Enum.IsDefined(value);
}
