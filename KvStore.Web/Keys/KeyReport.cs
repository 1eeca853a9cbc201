using System.Globalization;
using KvStore.Client;
using KvStore.Web.Display;

namespace KvStore.Web.Keys;

/// <summary>What became of an operation of the key box, in words.</summary>
/// <param name="Sentence">What happened.</param>
/// <param name="Reason">Why, where it failed.</param>
/// <param name="Value">Of a get that found one.</param>
/// <param name="Version">Of what was read or written.</param>
/// <param name="Elapsed">How long it took, as this page saw it.</param>
public sealed record KeyReport(
    ReportTone Tone,
    string Sentence,
    string? Reason,
    ValueText? Value,
    string? Version,
    DateTimeOffset? ExpiresAt,
    TimeSpan Elapsed)
{
    public static KeyReport OfGet(KvValue? value, TimeSpan elapsed) => value is null
        ? Answered(ReportTone.Nothing, "There is no value at this key.", version: null, elapsed)
        : new KeyReport(
            ReportTone.Done,
            value.Bytes.IsEmpty ? "Read: the value is empty." : $"Read {Figures.Bytes(value.Bytes.Length)}.",
            Reason: null,
            ValueText.Of(value.Bytes.Span),
            value.Version,
            value.ExpiresAt,
            elapsed);

    public static KeyReport OfPut(PutResult result, int bytes, TimeSpan elapsed) =>
        Answered(ReportTone.Done, $"Stored {Figures.Bytes(bytes)}.", result.Version, elapsed);

    public static KeyReport OfDelete(DeleteResult result, TimeSpan elapsed) => result.Existed
        ? Answered(ReportTone.Done, "Deleted.", result.Version, elapsed)
        : Answered(ReportTone.Nothing, "There was no value to delete.", result.Version, elapsed);

    public static KeyReport OfIncrement(IncrementResult result, TimeSpan elapsed) =>
        Answered(ReportTone.Done, $"It is {result.Value.ToString(CultureInfo.InvariantCulture)} now.", result.Version, elapsed);

    internal static KeyReport OfFailure(KeyAction action, KvException failure, TimeSpan elapsed)
    {
        (ReportTone tone, string sentence) = (action, failure.Outcome) switch
        {
            (KeyAction.Get, _) => (ReportTone.NotApplied, "Not read."),
            (_, KvOutcome.NotApplied) => (ReportTone.NotApplied, "Not applied: nothing changed, and trying again is safe."),
            (_, KvOutcome.Unknown) => (ReportTone.Unknown, "Unknown: it may or may not have taken effect. Read the key to see."),
            _ => throw new InvalidOperationException($"Unknown outcome {failure.Outcome}."),
        };
        return new KeyReport(tone, sentence, $"{failure.Message} ({failure.ErrorType})", Value: null, failure.Version, ExpiresAt: null, elapsed);
    }

    /// <summary>It was not even tried.</summary>
    public static KeyReport Refused(string sentence) =>
        Answered(ReportTone.NotApplied, sentence, version: null, TimeSpan.Zero);

    private static KeyReport Answered(ReportTone tone, string sentence, string? version, TimeSpan elapsed) =>
        new(tone, sentence, Reason: null, Value: null, version, ExpiresAt: null, elapsed);
}
