using Aspire.Dashboard.Otlp.Wire;
using Grpc.Core;

namespace Aspire.Dashboard.Otlp;

/// <summary>OTLP over gRPC, this signal.</summary>
internal sealed class OtlpTraceGrpcService(TraceIntake intake, OtlpKey key) : TraceService.TraceServiceBase
{
    public override Task<ExportTraceServiceResponse> Export(ExportTraceServiceRequest request, ServerCallContext context)
    {
        if (key.ProblemWith(context.RequestHeaders.GetValue(OtlpKey.HeaderName)) is { } problem)
        {
            throw new RpcException(new Grpc.Core.Status(StatusCode.Unauthenticated, problem));
        }

        return Task.FromResult(OtlpAnswers.OfTrace(intake.Take(request)));
    }
}
