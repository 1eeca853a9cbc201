using System.Text;
using Aspire.Dashboard.Telemetry;
using KvStore.Tests.Storage;
using Wire = Aspire.Dashboard.Otlp.Wire;

namespace KvStore.Tests.StandIns.Dashboard;

/// <summary>What was received is there again after a restart, within a limit, and damage costs only what is damaged.</summary>
public sealed class TelemetryJournalTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly CancellationToken _cancellation = TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_dashboard_that_starts_again_has_what_it_had()
    {
        await using (RunningDashboard first = await StartAsync())
        {
            await PostAsync(first, "traces", Otlp.Body(Otlp.Traces("shop", Otlp.Span(1, 1), Otlp.Span(1, 2, 1))));
            await PostAsync(first, "logs", Otlp.Packed(System.Text.Encoding.UTF8.GetBytes("")));
            await PostAsync(first, "logs", Otlp.Body(Otlp.Logs("shop", Otlp.Log("sold", severity: 17))));
            await PostAsync(first, "metrics", Otlp.Body(Otlp.Metrics("shop", new Wire.Metric
            {
                Name = "depth",
                Gauge = new() { DataPoints = { new Wire.NumberDataPoint { AsInt = 5, TimeUnixNano = (ulong)Otlp.Start } } },
            })));
        }

        for (int restart = 0; restart < 2; restart++)
        {
            await using RunningDashboard again = await StartAsync();
            Assert.Equal(2, again.Store.Traces.Find(Otlp.TraceId(1))!.Spans.Length);
            Assert.Equal("sold", Assert.Single(again.Store.Logs.All()).Message);
            Assert.Equal("depth", Assert.Single(again.Store.Metrics.Instruments()).Id.Name);
        }
    }

    [Fact]
    public async Task Two_dashboards_do_not_share_a_directory()
    {
        await using RunningDashboard first = await StartAsync();
        IOException refused = await Assert.ThrowsAnyAsync<IOException>(StartAsync);
        Assert.StartsWith($"Telemetry cannot be kept in {_directory.Path}: ", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Beyond_the_limit_the_oldest_goes()
    {
        using TelemetryJournal journal = Open();
        journal.Begin();
        Random random = new(1);
        byte[] message = new byte[10_000];
        for (int i = 0; i < 300; i++)
        {
            random.NextBytes(message);
            BitConverter.TryWriteBytes(message, i);
            journal.Keep(TelemetrySignal.Logs, message);
            Assert.InRange(Directory.GetFiles(_directory.Path).Sum(path => new FileInfo(path).Length), 0, TelemetryJournal.BytesMaxLeast);
        }

        Assert.Equal(Directory.GetFiles(_directory.Path).Sum(path => new FileInfo(path).Length), journal.Bytes);
        journal.Dispose();
        using TelemetryJournal again = Open();
        int[] kept = [.. again.Read().Select(one => BitConverter.ToInt32(one.Message))];
        Assert.Equal(Enumerable.Range(300 - kept.Length, kept.Length), kept);
        Assert.InRange(kept.Length, 70, 110);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(-1)]
    public void A_damaged_frame_costs_the_rest_of_its_file_and_no_other(int at)
    {
        for (int file = 0; file < 2; file++)
        {
            using TelemetryJournal journal = Open();
            journal.Begin();
            journal.Keep(TelemetrySignal.Logs, Encoding.UTF8.GetBytes($"{file} one"));
            journal.Keep(TelemetrySignal.Traces, Encoding.UTF8.GetBytes($"{file} two"));
        }

        string path = Directory.GetFiles(_directory.Path, "*.otlp").Order().First();
        byte[] bytes = File.ReadAllBytes(path);
        bytes[at < 0 ? bytes.Length + at : at] ^= 0x55;
        File.WriteAllBytes(path, bytes);

        using TelemetryJournal damaged = Open();
        Assert.Equal(
            at < 0 ? ["Logs 0 one", "Logs 1 one", "Traces 1 two"] : ["Logs 1 one", "Traces 1 two"],
            damaged.Read().Select(one => $"{one.Signal} {Encoding.UTF8.GetString(one.Message)}"));
    }

    [Fact]
    public void What_is_cleared_does_not_come_back()
    {
        using (TelemetryJournal journal = Open())
        {
            journal.Begin();
            journal.Keep(TelemetrySignal.Logs, "before"u8);
            journal.Clear();
            journal.Keep(TelemetrySignal.Logs, "after"u8);
        }

        using TelemetryJournal again = Open();
        Assert.Equal(["after"], again.Read().Select(one => Encoding.UTF8.GetString(one.Message)));
    }

    private static async Task PostAsync(RunningDashboard dashboard, string signal, HttpContent body)
    {
        using HttpResponseMessage answer = await dashboard.Exporter.PostAsync($"/v1/{signal}", body, TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode);
    }

    private TelemetryJournal Open() => new(_directory.Path, TelemetryJournal.BytesMaxLeast);

    private Task<RunningDashboard> StartAsync() => RunningDashboard.StartAsync(_cancellation, journal: _directory.Path);
}
