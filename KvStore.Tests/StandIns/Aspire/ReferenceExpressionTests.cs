using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Xunit;

namespace KvStore.Tests.StandIns.Aspire;

public sealed class ReferenceExpressionTests
{
    [Fact]
    public async Task An_expression_keeps_text_and_values_apart()
    {
        var builder = TestApplication.CreateBuilder("--Parameters:user=a b{0}");
        var user = builder.AddParameter("user");
        var inner = ReferenceExpression.Create($"{user}@home");
        var whole = ReferenceExpression.Create($"{{x}} {"y"} {inner} {user:uri}");

        Assert.Equal(
            ("{{x}} y {0} {1}", "{x} y {user.value}@home {user.value}", "{x} y a b{0}@home a%20b%7B0%7D"),
            (whole.Format, whole.ValueExpression, await whole.GetValueAsync(TestContext.Current.CancellationToken))
        );
    }

    [Fact]
    public async Task A_parameter_without_a_value_names_the_key_to_set()
    {
        var builder = TestApplication.CreateBuilder();
        var missing = builder.AddParameter("password", secret: true);
        var refused = await Assert.ThrowsAsync<MissingParameterValueException>(async () =>
            await missing.Resource.GetValueAsync(TestContext.Current.CancellationToken)
        );
        Assert.Equal("The parameter 'password' has no value: set the configuration key 'Parameters:password'.", refused.Message);
    }
}
