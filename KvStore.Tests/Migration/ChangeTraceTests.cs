using System.Diagnostics;
using KvStore.Node.Coordination;
using KvStore.Node.Migration;
using KvStore.Node.Ring;
using KvStore.Node.Telemetry;
using KvStore.Node.Topology;
using KvStore.Tests.Simulation.Cluster;
using KvStore.Tests.Simulation.Scenarios;
using Xunit;

namespace KvStore.Tests.Migration;

/// <summary>
/// What a simulated change of members leaves: the owners a, b and c of a key give way to c, d and e.
/// </summary>
public sealed class ChangeTraceTests
{
    [Fact]
    public void A_change_is_one_trace_of_epochs_and_of_who_took_over_what_from_whom()
    {
        using ClusterScenario scenario = new(members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        scenario.Do(nodes[0], ClusterScenario.Put("x"));
        using SpansOfThread spans = new();

        TopologySnapshot joint = Change(scenario, nodes);

        ActivityContext change = ChangeTrace.Of(joint.Document.Cluster.Value, joint.Digest);
        Activity[] told = [.. spans.Ended.Where(span => span.TraceId == change.TraceId)];
        Assert.Equal(5, told.Count(span => span.OperationName == "enter epoch 2"));
        Assert.Equal(3, told.Count(span => span.OperationName == "enter epoch 3"));

        Activity[] whole = [.. told.Where(span => span.OperationName == "take over slots")];
        Assert.Equal(3, whole.Length);
        Assert.All(whole, span => Assert.Equal("complete", span.GetTagItem("kvstore.result")));
        Assert.All(whole.Concat(told.Where(span => span.OperationName.StartsWith("enter", StringComparison.Ordinal))), span => Assert.Equal(default, span.ParentSpanId));

        Activity[] questions = [.. told.Where(span => span.Kind == ActivityKind.Client)];
        Assert.Contains(questions, span => span.OperationName.StartsWith("compare slots node", StringComparison.Ordinal));
        Assert.Contains(questions, span => span.OperationName.StartsWith("pull slots node", StringComparison.Ordinal) && span.GetTagItem("kvstore.transfer.records") is > 0L);
        Assert.All(questions, question => Assert.Contains(whole, span => span.SpanId == question.ParentSpanId));

        Activity[] answers = [.. told.Where(span => span.Kind == ActivityKind.Server)];
        Assert.Contains(answers, span => span.OperationName == "replica Pull");
        Assert.All(answers, answer => Assert.Contains(questions, span => span.SpanId == answer.ParentSpanId));
    }

    [Fact]
    public void A_record_taken_over_is_linked_to_the_write_that_its_new_owner_knows_of()
    {
        using ClusterScenario scenario = new(members: 5, moves: true);
        int[] nodes = scenario.OwnersFirst();
        using SpansOfThread spans = new();
        ActivityContext request = new(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded);
        PutThrough(scenario, nodes[3], request);

        TopologySnapshot joint = Change(scenario, nodes);

        Activity taken = Assert.Single(spans.Ended, span => span.OperationName == $"take over node{nodes[3]}");
        Assert.Equal(ChangeTrace.Of(joint.Document.Cluster.Value, joint.Digest).TraceId, taken.TraceId);
        ActivityLink link = Assert.Single(taken.Links);
        Assert.Equal(request.TraceId, link.Context.TraceId);
        Assert.Contains(spans.Ended, span => span.SpanId == link.Context.SpanId);
        Assert.Contains(spans.Ended, span => span.OperationName == "append log" && span.ParentSpanId == taken.SpanId);
    }

    /// <summary>Nodes that other tests run in this process have what they send traced, and replays go on beside them.</summary>
    [Fact]
    public void Whether_anybody_listens_changes_nothing_of_a_run()
    {
        string[] unheard = [.. TracesOfRuns()];
        using SpansOfThread spans = new();
        Assert.Equal(unheard, TracesOfRuns());
        Assert.NotEmpty(spans.Ended);
    }

    [Fact]
    public void Of_very_many_questions_only_the_first_have_spans()
    {
        using SpansOfThread spans = new();
        TopologySnapshot joint = JointTopology.Of([1, 2, 3], [2, 3, 4]);
        MemberId source = joint.Document.Members[0].Id;
        TransferTrace trace = new();
        trace.Begin(joint, 1);
        int asked = Enumerable.Range(0, 2 * TransferTrace.QuestionsMax).Count(_ =>
        {
            Activity? question = trace.Ask(joint, source, "pull slots", 1);
            NodeTelemetry.Stop(question);
            return question is not null;
        });
        trace.End("complete", null);
        trace.End("complete", null);

        Assert.Equal(TransferTrace.QuestionsMax, asked);
        Assert.Equal(TransferTrace.QuestionsMax + 1, spans.Ended.Count);
    }

    private static IEnumerable<string> TracesOfRuns() =>
        Enumerable.Range(1, 6).Select(seed => ClusterRun.Execute((ulong)seed, moves: MovesMode.Many).TraceHash);

    /// <summary>Nodes a and b leave.</summary>
    private static TopologySnapshot Change(ClusterScenario scenario, int[] nodes)
    {
        TopologySnapshot joint = scenario.Cluster.Decided.Begin([], [.. nodes[..2].Select(node => scenario.Node(node).Id)]);
        scenario.Bring(nodes);
        scenario.Complete(nodes[2..]);
        return joint;
    }

    private static void PutThrough(ClusterScenario scenario, int node, ActivityContext request)
    {
        OperationResult? result = null;
        scenario.Node(node).Member!.Coordinator.Execute(
            ClusterScenario.Key, ClusterScenario.Put("x"), Consistency.Quorum, TimeSpan.FromSeconds(5), request, answer => result = answer);
        scenario.RunUntil(() => result is not null, "the put is answered");
        scenario.RunFor(TimeSpan.FromMilliseconds(50)); // and has reached the third replica
    }
}
