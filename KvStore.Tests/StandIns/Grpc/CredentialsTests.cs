using Grpc.Core;
using Xunit;

namespace KvStore.Tests.StandIns.Grpc;

public sealed class CredentialsTests
{
    private static readonly CallCredentials Token = CallCredentials.FromInterceptor((_, _) => Task.CompletedTask);

    [Fact]
    public void Insecure_credentials_say_so() =>
        Assert.Equal("insecure", Describe(ChannelCredentials.Insecure));

    [Fact]
    public void Tls_credentials_carry_their_certificates() =>
        Assert.Equal("ssl roots chain callback", Describe(new SslCredentials("roots", new KeyCertificatePair("chain", "key"), _ => true)));

    [Fact]
    public void Call_credentials_join_a_secure_channel() =>
        Assert.Equal("(ssl) + token, token", Describe(ChannelCredentials.Create(ChannelCredentials.SecureSsl, CallCredentials.Compose(Token, Token))));

    [Fact]
    public void Whether_call_credentials_may_join_an_insecure_channel_is_for_the_transport_to_say() =>
        Assert.Equal("(insecure) + token", Describe(ChannelCredentials.Create(ChannelCredentials.Insecure, Token)));

    [Fact]
    public void One_credential_alone_is_not_composed() =>
        Assert.Throws<ArgumentException>(() => CallCredentials.Compose(Token));

    private static string Describe(ChannelCredentials credentials)
    {
        var description = new ChannelDescription();
        credentials.InternalPopulateConfiguration(description, description);
        return description.Text;
    }

    private sealed class ChannelDescription : ChannelCredentialsConfiguratorBase
    {
        public string Text { get; private set; } = "";

        public override void SetInsecureCredentials(object state) => Text = "insecure";

        public override void SetSslCredentials(
            object state, string? rootCertificates, KeyCertificatePair? keyCertificatePair, VerifyPeerCallback? verifyPeerCallback)
        {
            var callback = verifyPeerCallback is null ? null : "callback";
            Text = string.Join(' ', new[] { "ssl", rootCertificates, keyCertificatePair?.CertificateChain, callback }.OfType<string>());
        }

        public override void SetCompositeCredentials(object state, ChannelCredentials channelCredentials, CallCredentials callCredentials)
        {
            var calls = new CallDescription();
            callCredentials.InternalPopulateConfiguration(calls, null);
            Text = $"({Describe(channelCredentials)}) + {calls.Text}";
        }
    }

    private sealed class CallDescription : CallCredentialsConfiguratorBase
    {
        public string Text { get; private set; } = "";

        public override void SetCompositeCredentials(object? state, IReadOnlyList<CallCredentials> credentials) =>
            Text = string.Join(", ", credentials.Select(credential =>
            {
                var part = new CallDescription();
                credential.InternalPopulateConfiguration(part, state);
                return part.Text;
            }));

        public override void SetAsyncAuthInterceptorCredentials(object? state, AsyncAuthInterceptor interceptor) => Text = "token";
    }
}
