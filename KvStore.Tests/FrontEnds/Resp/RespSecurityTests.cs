using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using KvStore.Node;
using KvStore.Node.Configuration;
using KvStore.Tests.Storage;
using Xunit;

namespace KvStore.Tests.FrontEnds.Resp;

public sealed class RespSecurityTests
{
    [Fact]
    public async Task Nothing_is_answered_before_the_password()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0, Password = "secret" } });
        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        Assert.Equal("-NOAUTH Authentication required.", await talk.AskAsync("GET k"));
        Assert.Equal("-NOAUTH Authentication required.", await talk.AskAsync("PING"));
        Assert.StartsWith("-NOAUTH HELLO must be called", await talk.AskAsync("HELLO 3"), StringComparison.Ordinal);
        Assert.Equal("-WRONGPASS invalid username-password pair or user is disabled.", await talk.AskAsync("AUTH wrong"));
        Assert.Equal("-WRONGPASS invalid username-password pair or user is disabled.", await talk.AskAsync("AUTH other secret"));
        Assert.Equal("-WRONGPASS invalid username-password pair or user is disabled.", await talk.AskAsync("HELLO 3 AUTH default wrong"));
        Assert.Equal("-NOAUTH Authentication required.", await talk.AskAsync("GET k"));
        Assert.Equal("+OK", await talk.AskAsync("AUTH secret"));
        Assert.Equal("nil", await talk.AskAsync("GET k"));
        Assert.Equal("+RESET", await talk.AskAsync("RESET"));
        Assert.Equal("-NOAUTH Authentication required.", await talk.AskAsync("GET k"));
        Assert.StartsWith("%[$server, $redis", await talk.AskAsync("HELLO 3 AUTH default secret"), StringComparison.Ordinal);
        Assert.Equal("nil", await talk.AskAsync("GET k"));
    }

    [Fact]
    public async Task A_stranger_may_not_send_much_until_it_has_said_the_password()
    {
        await using RunningNode node = await RunningNode.StartAsync(new NodeOptions { Resp = new RespOptions { Port = 0, Password = "secret" } });
        byte[] set = RespBytes.Command("SET", "k", new string('a', 20_000));
        await using RespTalk stranger = await RespTalk.ConnectAsync(node);
        await stranger.SendAsync(set);
        Assert.Equal("-ERR Protocol error: invalid bulk length", await stranger.AnswerAsync());

        await using RespTalk talk = await RespTalk.ConnectAsync(node);
        await talk.SendAsync([.. RespBytes.Command("AUTH", "secret"), .. set]);
        Assert.Equal(("+OK", "+OK"), (await talk.AnswerAsync(), await talk.AnswerAsync()));
    }

    [Fact]
    public async Task With_a_certificate_TLS_is_spoken_and_nothing_else()
    {
        using TemporaryDirectory directory = new(inMemory: true);
        using ECDsa key = ECDsa.Create();
        CertificateRequest request = new("CN=localhost", key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        string certificateFile = Path.Combine(directory.Path, "node.crt");
        string keyFile = Path.Combine(directory.Path, "node.key");
        File.WriteAllText(certificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());

        await using RunningNode node = await RunningNode.StartAsync(
            new NodeOptions { Resp = new RespOptions { Port = 0, CertificateFile = certificateFile, KeyFile = keyFile } });
        await using RespTalk talk = await RespTalk.ConnectAsync(node, (_, shown, _, _) => shown?.GetCertHashString() == certificate.Thumbprint);
        Assert.Equal("+OK", await talk.AskAsync("SET secure v"));
        Assert.Equal("$v", await talk.AskAsync("GET secure"));
        await using RespTalk plain = await RespTalk.ConnectAsync(node);
        await plain.SendAsync(RespBytes.Command("GET", "secure"));
        Assert.DoesNotContain("$v", await plain.AnswerAsync(), StringComparison.Ordinal);
    }
}
