using KvStore.Client;
using KvStore.Web.Display;
using KvStore.Web.Keys;
using Xunit;

namespace KvStore.Tests.Web;

public sealed class KeyReportTests
{
    private static readonly TimeSpan Elapsed = TimeSpan.FromMilliseconds(3);

    [Fact]
    public void Absent_and_empty_are_told_apart()
    {
        Assert.Equal("There is no value at this key.", KeyReport.OfGet(value: null, Elapsed).Sentence);
        Assert.Equal("Read: the value is empty.", KeyReport.OfGet(new KvValue(default, "1-a-0-1", ExpiresAt: null), Elapsed).Sentence);
    }

    [Fact]
    public void A_value_read_is_shown_with_its_version() => Assert.Equal(
        new KeyReport(
            ReportTone.Done,
            "Read 5 B.",
            Reason: null,
            new ValueText(ValueForm.Text, "hello", 5, 5),
            "1-a-0-1",
            DateTimeOffset.UnixEpoch,
            Elapsed),
        KeyReport.OfGet(new KvValue("hello"u8.ToArray(), "1-a-0-1", DateTimeOffset.UnixEpoch), Elapsed));

    [Fact]
    public void A_delete_says_whether_there_was_anything()
    {
        Assert.Equal(ReportTone.Done, KeyReport.OfDelete(new DeleteResult(Applied: true, Existed: true, "1"), Elapsed).Tone);
        Assert.Equal(ReportTone.Nothing, KeyReport.OfDelete(new DeleteResult(Applied: true, Existed: false, "1"), Elapsed).Tone);
    }

    [Theory]
    [InlineData("get", KvOutcome.NotApplied, ReportTone.NotApplied, "Not read.")]
    [InlineData("put", KvOutcome.NotApplied, ReportTone.NotApplied, "Not applied: nothing changed, and trying again is safe.")]
    [InlineData("delete", KvOutcome.Unknown, ReportTone.Unknown, "Unknown: it may or may not have taken effect. Read the key to see.")]
    public void A_failure_says_what_became_of_it_and_why(string action, KvOutcome outcome, ReportTone tone, string sentence)
    {
        KvException failure = new("It is so.", "deadline", outcome);

        KeyReport report = KeyReport.OfFailure(Enum.Parse<KeyAction>(action, ignoreCase: true), failure, Elapsed);

        Assert.Equal((tone, sentence, "It is so. (deadline)"), (report.Tone, report.Sentence, report.Reason));
    }
}
