using System.Net;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Node.Coordination;
using KvStore.Node.Storage;
using Microsoft.Extensions.Configuration;
using Xunit;

namespace KvStore.Tests.Configuration;

public sealed class NodeOptionsReaderTests
{
    [Fact]
    public void Nothing_configured_is_a_one_member_cluster_on_loopback()
    {
        NodeOptions options = Accepted();

        Assert.Empty(options.Seeds);
        Assert.Equal(
            new NodeOptions
            {
                Name = "node1",
                Cluster = "kvstore",
                DataDirectory = Path.Combine(Environment.CurrentDirectory, "data", "node1"),
                BindAddress = IPAddress.Loopback,
                AllowUnauthenticated = false,
                HttpPort = 8001,
                GrpcPort = 9001,
                Seeds = options.Seeds,
                Replication = 3,
                DefaultConsistency = Consistency.Quorum,
                VirtualNodes = 64,
                LoadBound = 0.05,
                Zone = "",
                RequestTimeout = TimeSpan.FromSeconds(10),
                Durability = Durability.Commit,
                DurabilityInterval = TimeSpan.FromSeconds(1),
                MemoryBytesMax = 268_435_456,
                KeyBytesMax = 4096,
                ValueBytesMax = 1_048_576,
                Lanes = Math.Clamp(Environment.ProcessorCount / 2, 1, 16),
                OperationsMax = 4096,
                TransferBytesPerSecondMax = 33_554_432,
                TracesPerSecondMax = 500,
                FailureHardDead = TimeSpan.FromMinutes(10),
            },
            options);
        Assert.Equal("http://127.0.0.1:8001", options.AddressOf(options.HttpAddress, 8001));
        Assert.Equal("tcp://127.0.0.1:6381", options.RespAddressOf(6381));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 2)]
    public void A_member_that_owns_alone_has_a_lane_for_each_core_and_others_for_every_other(int replication, int coresOfLane)
    {
        Assert.Equal(Math.Clamp(Environment.ProcessorCount / coresOfLane, 1, 16), Accepted(("Replication", $"{replication}")).Lanes);
        Assert.Equal(5, Accepted(("Replication", $"{replication}"), ("Lanes", "5")).Lanes);
    }

    [Fact]
    public void Everything_configured_is_taken()
    {
        NodeOptions options = Accepted(
            ("Name", "b"), ("Cluster", "shop"), ("DataDirectory", "/srv/kv"), ("BindAddress", "0.0.0.0"), ("AllowUnauthenticated", "true"),
            ("HttpPort", "0"), ("GrpcPort", "0"), ("Replication", "2"), ("DefaultConsistency", "all"), ("VirtualNodes", "128"),
            ("LoadBound", "0.25"), ("Zone", "z2"), ("RequestTimeout", "750ms"), ("Durability", "Interval"), ("DurabilityInterval", "2s"),
            ("MemoryBytesMax", "1GiB"), ("KeyBytesMax", "1KiB"), ("ValueBytesMax", "16MiB"), ("Lanes", "3"), ("OperationsMax", "77"),
            ("TracesPerSecondMax", "-1"), ("Resp:Port", "0"), ("Resp:Address", "tcp://B:6381"), ("Resp:Cluster", "true"), ("Resp:AllowFlush", "true"), ("Resp:AllowDebug", "true"), ("Resp:SlowReaderTimeout", "5s"), ("TransferBytesPerSecondMax", "0"), ("FailureHardDead", "24h"), ("AllowFaults", "true"), ("HttpAddress", "http://B:81/"), ("GrpcAddress", "http://b:91"),
            ("Seeds:0", "a:91"), ("Seeds:1", "http://B:91/"), ("Seeds:2", "dns:kv.svc:91"), ("Seeds:3", "scan:127.0.0.1:9001-9010"));

        SeedOptions[] seeds =
        [
            new(SeedKind.Address, "a", 91, 91), new(SeedKind.Address, "b", 91, 91), new(SeedKind.Names, "kv.svc", 91, 91), new(SeedKind.Scan, "127.0.0.1", 9001, 9010),
        ];
        Assert.Equal(seeds, options.Seeds);
        Assert.Equal(
            new NodeOptions
            {
                Name = "b",
                Cluster = "shop",
                DataDirectory = "/srv/kv",
                BindAddress = IPAddress.Any,
                AllowUnauthenticated = true,
                HttpPort = 0,
                GrpcPort = 0,
                Seeds = options.Seeds,
                HttpAddress = "http://b:81",
                GrpcAddress = "http://b:91",
                Replication = 2,
                HasReplication = true,
                DefaultConsistency = Consistency.All,
                VirtualNodes = 128,
                LoadBound = 0.25,
                Zone = "z2",
                RequestTimeout = TimeSpan.FromMilliseconds(750),
                Durability = Durability.Interval,
                DurabilityInterval = TimeSpan.FromSeconds(2),
                MemoryBytesMax = 1L << 30,
                KeyBytesMax = 1024,
                ValueBytesMax = 16 << 20,
                Lanes = 3,
                OperationsMax = 77,
                TransferBytesPerSecondMax = 0,
                TracesPerSecondMax = -1,
                Resp = new RespOptions { Port = 0, Address = "tcp://b:6381", Cluster = true, AllowFlush = true, AllowDebug = true, SlowReaderTimeout = TimeSpan.FromSeconds(5) },
                FailureHardDead = TimeSpan.FromDays(1),
                AllowFaults = true,
            },
            options);
    }

    [Fact]
    public void All_problems_are_reported_together() => Assert.Equal(
        [
            "KvStore:Name (environment KvStore__Name) is \"-a\": must be 1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit.",
            "KvStore:RequestTimeout (environment KvStore__RequestTimeout) is \"10\": must be a time with its unit (ms, s, m) from 10ms to 5m.",
            "KvStore:HttpPort (environment KvStore__HttpPort) is \"80000\": must be a whole number from 0 to 65535; 0 takes a free port.",
            "KvStore:Replicaton (environment KvStore__Replicaton) is not an option. The nearest is KvStore:Replication (environment KvStore__Replication).",
        ],
        Refused(("Name", "-a"), ("RequestTimeout", "10"), ("HttpPort", "80000"), ("Replicaton", "3")));

    [Theory]
    [InlineData("AllowUnauthenticated", "yes", "must be true or false.")]
    [InlineData("AllowFaults", "1", "must be true or false.")]
    [InlineData("BindAddress", "example", "must be an IP address or localhost.")]
    [InlineData("TransferBytesPerSecondMax", "1", "must be a number of bytes (or of KiB, MiB, GiB) from 64KiB to 1TiB, or 0 for no limit.")]
    [InlineData("FailureHardDead", "25h", "must be a time with its unit (ms, s, m) from 0h to 24h.")]
    [InlineData("GrpcPort", "-1", "must be a whole number from 0 to 65535; 0 takes a free port.")]
    [InlineData("GrpcPort", "8001", "must differ from KvStore:HttpPort (environment KvStore__HttpPort), which is the same.")]
    [InlineData("Resp:Port", "x", "must be a whole number from 0 to 65535; 0 takes a free port.")]
    [InlineData("Resp:Port", "8001", "must differ from KvStore:HttpPort, which is the same.")]
    [InlineData("Resp:Address", "b:6381", "must be tcp://host:port.")]
    [InlineData("Resp:Cluster", "yes", "must be true or false.")]
    [InlineData("Resp:Cluster", "true", "must be given together with KvStore:Resp:Port (environment KvStore__Resp__Port).")]
    [InlineData("Resp:AllowFlush", "yes", "must be true or false.")]
    [InlineData("Resp:AllowDebug", "1", "must be true or false.")]
    [InlineData("Resp:SlowReaderTimeout", "500ms", "must be a time with its unit (ms, s, m) from 1s to 1h.")]
    [InlineData("Resp:PasswordFile", "no/such/file", "must be a file that can be read and has the password on its first line.")]
    [InlineData("Resp:CertificateFile", "no/such/file", "must be the path of a file.")]
    [InlineData("Resp", "6381", "must be a section.")]
    [InlineData("Cluster", "", "must be 1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit.")]
    [InlineData("DataDirectory", "", "must be the path of a directory.")]
    [InlineData("Zone", "a b", "must be empty or up to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit.")]
    [InlineData("Replication", "0", "must be a whole number from 1 to 15.")]
    [InlineData("Replication", "three", "must be a whole number from 1 to 15.")]
    [InlineData("DefaultConsistency", "most", "must be one, quorum, all or a number of replicas.")]
    [InlineData("DefaultConsistency", "4", "must not ask for more than the 3 replicas that a key has.")]
    [InlineData("VirtualNodes", "0", "must be a whole number from 1 to 1024.")]
    [InlineData("LoadBound", "1.5", "must be a number from 0.01 to 1.")]
    [InlineData("LoadBound", "NaN", "must be a number from 0.01 to 1.")]
    [InlineData("Durability", "fsync", "must be commit, interval or none.")]
    [InlineData("Durability", "0", "must be commit, interval or none.")]
    [InlineData("DurabilityInterval", "0ms", "must be a time with its unit (ms, s, m) from 1ms to 1m.")]
    [InlineData("MemoryBytesMax", "8MiB", "must be a number of bytes (or of KiB, MiB, GiB) from 16MiB to 1TiB (at least 11 times KvStore:ValueBytesMax).")]
    [InlineData("MemoryBytesMax", "9999999999999999999GiB", "must be a number of bytes (or of KiB, MiB, GiB) from 16MiB to 1TiB (at least 11 times KvStore:ValueBytesMax).")]
    [InlineData("KeyBytesMax", "4097", "must be a number of bytes (or of KiB, MiB, GiB) from 1 to 4KiB.")]
    [InlineData("ValueBytesMax", "17MiB", "must be a number of bytes (or of KiB, MiB, GiB) from 1 to 16MiB.")]
    [InlineData("Lanes", "17", "must be a whole number from 1 to 16.")]
    [InlineData("OperationsMax", "0", "must be a whole number from 1 to 1000000.")]
    [InlineData("TracesPerSecondMax", "-2", "must be a whole number from -1 to 1000000; -1 traces all, 0 none.")]
    [InlineData("Seeds", "node1", "must be host:port, dns:host:port or scan:host:first-last (at most 64 ports).")]
    [InlineData("Seeds", "node1:0", "must be host:port, dns:host:port or scan:host:first-last (at most 64 ports).")]
    [InlineData("Seeds", "scan:node1:9001", "must be host:port, dns:host:port or scan:host:first-last (at most 64 ports).")]
    [InlineData("Seeds", "scan:node1:9010-9001", "must be host:port, dns:host:port or scan:host:first-last (at most 64 ports).")]
    [InlineData("Seeds", "scan:node1:9001-9065", "must be host:port, dns:host:port or scan:host:first-last (at most 64 ports).")]
    [InlineData("Seeds", "https://node1:9001", "must be host:port, dns:host:port or scan:host:first-last (at most 64 ports).")]
    [InlineData("GrpcAddress", "node1:9001", "must be http://host:port.")]
    public void An_invalid_value_is_refused_with_the_key_the_value_and_what_is_allowed(string key, string value, string reason) =>
        Assert.Equal([$"KvStore:{key} (environment KvStore__{key.Replace(":", "__", StringComparison.Ordinal)}) is \"{value}\": {reason}"], Refused((key, value)));

    [Fact]
    public void Binding_elsewhere_is_refused_unless_it_is_known_that_nobody_is_asked_who_they_are() => Assert.Equal(
        ["KvStore:BindAddress (environment KvStore__BindAddress) is \"0.0.0.0\": must be a loopback address (127.0.0.1, ::1 or localhost), because "
            + "whoever reaches the ports can read and write everything, unless KvStore:AllowUnauthenticated (environment KvStore__AllowUnauthenticated) is true."],
        Refused(("BindAddress", "0.0.0.0")));

    [Theory]
    [InlineData("localhost", "http://127.0.0.1:81")]
    [InlineData("127.0.0.2", "http://127.0.0.2:81")]
    [InlineData("::1", "http://[::1]:81")]
    public void Every_loopback_address_may_be_bound_without_asking(string address, string http) =>
        Assert.Equal(http, Accepted(("BindAddress", address)).AddressOf("", 81));

    [Fact]
    public void A_section_where_a_value_belongs_is_refused() => Assert.Equal(
        ["KvStore:Replication (environment KvStore__Replication) is a section: must be a whole number from 1 to 15."],
        Refused(("Replication:0", "3")));

    [Fact]
    public void Members_are_no_option_any_more() => Assert.Equal(
        ["KvStore:Members (environment KvStore__Members) is not an option. The nearest is KvStore:Seeds (environment KvStore__Seeds)."],
        Refused(("Members:0:Name", "a")));

    [Fact]
    public void Seeds_may_be_one_text_with_commas() => Assert.Equal(
        ["a:1", "b:2", "scan:127.0.0.1:9001-9003"],
        Accepted(("Seeds", "a:1, b:2,scan:127.0.0.1:9001-9003")).Seeds.Select(seed => seed.ToString()));

    [Fact]
    public void Large_values_ask_for_memory_to_hold_them()
    {
        Assert.Equal(256L << 20, Accepted(("ValueBytesMax", "16MiB")).MemoryBytesMax);
        Assert.Equal(
            ["KvStore:MemoryBytesMax (environment KvStore__MemoryBytesMax) is \"64MiB\": must be a number of bytes (or of KiB, MiB, GiB) "
                + "from 88MiB to 1TiB (at least 11 times KvStore:ValueBytesMax)."],
            Refused(("ValueBytesMax", "8MiB"), ("MemoryBytesMax", "64MiB")));
    }

    private static NodeOptions Accepted(params (string Key, string Value)[] settings)
    {
        bool accepted = Read(settings, out NodeOptions options, out IReadOnlyList<string> problems);
        Assert.Equal([], problems);
        Assert.True(accepted);
        return options;
    }

    private static IReadOnlyList<string> Refused(params (string Key, string Value)[] settings)
    {
        Assert.False(Read(settings, out _, out IReadOnlyList<string> problems));
        return problems;
    }

    private static bool Read((string Key, string Value)[] settings, out NodeOptions options, out IReadOnlyList<string> problems)
    {
        Dictionary<string, string?> values = [];
        foreach ((string key, string value) in settings)
        {
            values[$"KvStore:{key}"] = value;
        }

        return NodeOptionsReader.TryRead(new ConfigurationBuilder().AddInMemoryCollection(values).Build(), out options, out problems);
    }
}
