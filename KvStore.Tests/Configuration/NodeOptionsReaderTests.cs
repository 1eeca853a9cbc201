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

        Assert.Empty(options.Members);
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
                Members = options.Members,
                Replication = 1,
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
                Lanes = Math.Min(Environment.ProcessorCount, 16),
                OperationsMax = 4096,
                TracesPerSecondMax = 500,
            },
            options);
        Assert.Equal([new MemberOptions("node1", "http://127.0.0.1:8001", "http://127.0.0.1:9001", "")], options.MembersOrSelf(8001, 9001));
    }

    [Fact]
    public void Everything_configured_is_taken()
    {
        NodeOptions options = Accepted(
            ("Name", "b"), ("Cluster", "shop"), ("DataDirectory", "/srv/kv"), ("BindAddress", "0.0.0.0"), ("AllowUnauthenticated", "true"),
            ("HttpPort", "0"), ("GrpcPort", "0"), ("Replication", "2"), ("DefaultConsistency", "all"), ("VirtualNodes", "128"),
            ("LoadBound", "0.25"), ("Zone", "z2"), ("RequestTimeout", "750ms"), ("Durability", "Interval"), ("DurabilityInterval", "2s"),
            ("MemoryBytesMax", "1GiB"), ("KeyBytesMax", "1KiB"), ("ValueBytesMax", "16MiB"), ("Lanes", "3"), ("OperationsMax", "77"),
            ("TracesPerSecondMax", "-1"),
            ("Members:0:Name", "a"), ("Members:0:Http", "http://a:81"), ("Members:0:Grpc", "http://a:91"), ("Members:0:Zone", "z1"),
            ("Members:1:Name", "b"), ("Members:1:Http", "http://B:81/"), ("Members:1:Grpc", "http://b:91"), ("Members:1:Zone", "z2"));

        MemberOptions[] members = [new("a", "http://a:81", "http://a:91", "z1"), new("b", "http://b:81", "http://b:91", "z2")];
        Assert.Equal(members, options.Members);
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
                Members = options.Members,
                Replication = 2,
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
                TracesPerSecondMax = -1,
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
    [InlineData("BindAddress", "example", "must be an IP address or localhost.")]
    [InlineData("GrpcPort", "-1", "must be a whole number from 0 to 65535; 0 takes a free port.")]
    [InlineData("GrpcPort", "8001", "must differ from KvStore:HttpPort (environment KvStore__HttpPort), which is the same.")]
    [InlineData("Cluster", "", "must be 1 to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit.")]
    [InlineData("DataDirectory", "", "must be the path of a directory.")]
    [InlineData("Zone", "a b", "must be empty or up to 64 letters, digits, '.', '-' or '_', beginning with a letter or digit.")]
    [InlineData("Replication", "0", "must be a whole number from 1 to 15.")]
    [InlineData("Replication", "three", "must be a whole number from 1 to 15.")]
    [InlineData("DefaultConsistency", "most", "must be one, quorum, all or a number of replicas.")]
    [InlineData("DefaultConsistency", "2", "must not ask for more than the 1 replicas that a key has.")]
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
    [InlineData("Members", "a,b", "must be a list: KvStore:Members:0:Name, KvStore:Members:0:Http, KvStore:Members:0:Grpc and so on.")]
    public void An_invalid_value_is_refused_with_the_key_the_value_and_what_is_allowed(string key, string value, string reason) =>
        Assert.Equal([$"KvStore:{key} (environment KvStore__{key}) is \"{value}\": {reason}"], Refused((key, value)));

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
        Assert.Equal(http, Accepted(("BindAddress", address)).MembersOrSelf(81, 91)[0].Http);

    [Fact]
    public void A_section_where_a_value_belongs_is_refused() => Assert.Equal(
        ["KvStore:Replication (environment KvStore__Replication) is a section: must be a whole number from 1 to 15."],
        Refused(("Replication:0", "3")));

    [Fact]
    public void More_replicas_than_members_are_refused() => Assert.Equal(
        ["KvStore:Replication (environment KvStore__Replication) is \"3\": must be a whole number from 1 to 2, the number of KvStore:Members."],
        Refused([("Name", "a"), ("Replication", "3"), .. Member(0, "a"), .. Member(1, "b")]));

    [Fact]
    public void The_default_replication_too_is_refused_when_members_are_given_and_too_few() => Assert.Equal(
        ["KvStore:Replication (environment KvStore__Replication) is \"3 by default\": must be a whole number from 1 to 2, the number of KvStore:Members."],
        Refused([("Name", "a"), .. Member(0, "a"), .. Member(1, "b")]));

    [Fact]
    public void A_member_must_be_in_its_own_list() => Assert.Equal(
        ["KvStore:Name (environment KvStore__Name) is \"d\": must be one of KvStore:Members: a, b, c."],
        Refused([("Name", "d"), .. Member(0, "a"), .. Member(1, "b"), .. Member(2, "c")]));

    [Fact]
    public void Duplicate_names_and_addresses_are_refused() => Assert.Equal(
        [
            "KvStore:Members:1:Name (environment KvStore__Members__1__Name) is \"A\": must differ from the name of every other member.",
            "KvStore:Members:1:Http (environment KvStore__Members__1__Http) is \"http://a:81\": must differ from every other address.",
            "KvStore:Members:2:Grpc (environment KvStore__Members__2__Grpc) is \"http://c:81\": must differ from every other address.",
        ],
        Refused([
            ("Name", "a"), .. Member(0, "a"), .. Member(1, "A"), .. Member(2, "c"),
            ("Members:1:Http", "http://A:81/"), ("Members:1:Grpc", "http://b:91"), ("Members:2:Grpc", "http://c:81")]));

    [Fact]
    public void A_member_without_addresses_or_with_unknown_keys_is_refused() => Assert.Equal(
        [
            "KvStore:Members:0:Http (environment KvStore__Members__0__Http) is missing: must be http://host:port.",
            "KvStore:Members:0:Grpc (environment KvStore__Members__0__Grpc) is \"a:91\": must be http://host:port.",
            "KvStore:Members:0:Htp (environment KvStore__Members__0__Htp) is not an option. The nearest is KvStore:Members:0:Http (environment KvStore__Members__0__Http).",
        ],
        Refused(("Name", "a"), ("Replication", "1"), ("Members:0:Name", "a"), ("Members:0:Grpc", "a:91"), ("Members:0:Htp", "http://a:81")));

    [Fact]
    public void The_zone_must_agree_with_the_list() => Assert.Equal(
        ["KvStore:Zone (environment KvStore__Zone) is \"y\": must agree with this member's zone in KvStore:Members, \"x\"."],
        Refused([("Name", "a"), ("Replication", "1"), ("Zone", "y"), .. Member(0, "a"), ("Members:0:Zone", "x")]));

    [Fact]
    public void Large_values_ask_for_memory_to_hold_them()
    {
        Assert.Equal(256L << 20, Accepted(("ValueBytesMax", "16MiB")).MemoryBytesMax);
        Assert.Equal(
            ["KvStore:MemoryBytesMax (environment KvStore__MemoryBytesMax) is \"64MiB\": must be a number of bytes (or of KiB, MiB, GiB) "
                + "from 88MiB to 1TiB (at least 11 times KvStore:ValueBytesMax)."],
            Refused(("ValueBytesMax", "8MiB"), ("MemoryBytesMax", "64MiB")));
    }

    private static (string, string)[] Member(int index, string name) =>
        [($"Members:{index}:Name", name), ($"Members:{index}:Http", $"http://{name}:81"), ($"Members:{index}:Grpc", $"http://{name}:91")];

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
