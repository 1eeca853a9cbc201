using Aspire.Dashboard.Telemetry;
using KvStore.Tests.Cluster;
using KvStore.Tests.StandIns.Dashboard;

namespace KvStore.Tests.Interop;

/// <summary>OpenTelemetry's SDK for Node.js, which shares no code with .NET's, shows its spans in the dashboard.</summary>
[Collection(nameof(RealProcesses))]
public sealed class StockExporterTests
{
    [Theory]
    [InlineData("grpc")]
    [InlineData("http")]
    public async Task Its_spans_arrive_as_they_were_made(string protocol)
    {
        await using RunningDashboard dashboard = await RunningDashboard.StartAsync(TestContext.Current.CancellationToken);
        Uri address = protocol == "grpc" ? dashboard.OtlpGrpc : dashboard.OtlpHttp;

        string id = await StockProgram.RunAsync("otlp-exporter.js", protocol, address.GetLeftPart(UriPartial.Authority), RunningDashboard.Key);

        TraceView trace = dashboard.Store.Traces.Find(id) ?? throw new InvalidOperationException($"The trace {id} has not arrived.");
        Assert.Equal(
            ["elsewhere Server sell Unset", "elsewhere Client pay Error no money"],
            trace.Spans.OrderBy(span => span.ParentId.Length).Select(span => $"{span.Resource.Service} {span.Kind} {span.Name} {span.Status} {span.StatusMessage}".TrimEnd()));
        Assert.Equal([new Field("shop.items", "3", FieldKind.Whole), new Field("shop.open", "true", FieldKind.Truth)], trace.Root.Attributes);
        Assert.Equal(new Field("why", "ä"), trace.Spans.Single(span => span.ParentId == trace.Root.SpanId).Events.Single().Attributes.Single());
    }
}
