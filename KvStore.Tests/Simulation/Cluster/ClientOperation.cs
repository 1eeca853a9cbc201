using System.Globalization;
using System.Text;
using KvStore.Node.Coordination;
using KvStore.Node.Registers;
using KvStore.Node.Ring;

namespace KvStore.Tests.Simulation.Cluster;

/// <summary>One operation as its client saw it.</summary>
internal sealed class ClientOperation(int number, string member, Key key, Change change, Consistency level, TimeSpan started)
{
    public int Number { get; } = number;

    public Key Key { get; } = key;

    public Change Change { get; } = change;

    public Consistency Level { get; } = level;

    public TimeSpan Started { get; } = started;

    /// <summary>Null if no answer came in time.</summary>
    public TimeSpan? Finished { get; private set; }

    /// <summary>Null if no answer came in time.</summary>
    public OperationResult? Result { get; private set; }

    public OperationOutcome Outcome => Result?.Outcome ?? OperationOutcome.Unknown;

    public void Finish(TimeSpan now, in OperationResult result)
    {
        Finished = now;
        Result = result;
    }

    /// <summary>"#12 node2 r0 put quorum 1.204 s to 1.209 s: Committed Applied 1-1f-2-1" for failing runs and trace hashes.</summary>
    public string Describe()
    {
        string what = Change.Kind == ChangeKind.Put ? $"put({Encoding.ASCII.GetString(Change.Value.Span)})" : LaneRounds.NameOf(Change.Kind);
        string condition = Change.Condition switch
        {
            ConditionKind.None => "",
            ConditionKind.Version => $" if {Change.Expected}",
            _ => $" if {Change.Condition}",
        };
        string answer = Result is { } result
            ? $"{result.Outcome} {(result.Outcome == OperationOutcome.Committed ? $"{result.Change.Outcome} {result.Change.Version}" : result.Failure)}"
            : "no answer";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"#{Number} {member} {Key} {what}{condition} {Level} {Started.TotalSeconds:0.000000} to {Finished?.TotalSeconds:0.000000}: {answer}");
    }
}
