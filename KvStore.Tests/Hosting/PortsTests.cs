using System.Net;
using System.Net.Sockets;
using KvStore.Node;
using KvStore.Node.Hosting;
using Xunit;

namespace KvStore.Tests.Hosting;

public sealed class PortsTests
{
    [Fact]
    public void Zero_takes_free_ports_that_nobody_else_gets()
    {
        Assert.True(Ports.TryBind(new NodeOptions { HttpPort = 0, GrpcPort = 0 }, out Ports? ports, out string? problem));
        using (ports)
        {
            Assert.Null(problem);
            Assert.NotEqual(0, ports.Http);
            Assert.NotEqual(0, ports.Grpc);
            Assert.NotEqual(ports.Http, ports.Grpc);
        }
    }

    [Theory]
    [InlineData("HttpPort")]
    [InlineData("GrpcPort")]
    public void A_port_in_use_is_named_with_the_setting_that_chose_it(string key)
    {
        using Socket other = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        other.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        other.Listen();
        int port = ((IPEndPoint)other.LocalEndPoint!).Port;
        NodeOptions options = new() { HttpPort = key == "HttpPort" ? port : 0, GrpcPort = key == "GrpcPort" ? port : 0 };

        Assert.False(Ports.TryBind(options, out _, out string? problem));
        Assert.Equal(
            $"node1 cannot listen on 127.0.0.1:{port}: the port is in use. Stop what uses it, or give another KvStore:{key} "
                + $"(environment KvStore__{key}); 0 takes a free one.",
            problem);
    }

    [Fact]
    public void An_address_of_another_machine_is_named_with_its_setting()
    {
        NodeOptions options = new() { BindAddress = IPAddress.Parse("192.0.2.1"), HttpPort = 0, GrpcPort = 0 };

        Assert.False(Ports.TryBind(options, out _, out string? problem));
        Assert.Equal(
            "node1 cannot listen on 192.0.2.1:0: this machine has no such address. Give another KvStore:BindAddress (environment KvStore__BindAddress).",
            problem);
    }
}
